import { parseArgs } from 'node:util';
import { type BenchOptions, type BenchReport, table } from './report.ts';
import { benchTick } from './tick.ts';

const benches: Readonly<Record<string, (options: BenchOptions) => Promise<BenchReport>>> = {
  tick: benchTick,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, full: { type: 'boolean', default: false } },
});

const [name] = positionals;
const bench = name === undefined ? undefined : benches[name];
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- NAME [--full] [--json]\n`);
  process.stderr.write(`benches: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const report = await bench({ full: values.full });
  process.stdout.write(`${table(report)}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
}
