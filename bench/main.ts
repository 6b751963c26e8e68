import { parseArgs } from 'node:util';
import { benchAlert } from './alert.ts';
import { benchBackfill } from './backfill.ts';
import { benchConvergence } from './convergence.ts';
import { benchDecision } from './decision.ts';
import { benchDdlStall } from './ddl-stall.ts';
import { benchFeatures } from './features.ts';
import { benchForecast } from './forecast.ts';
import { benchJudge } from './judge.ts';
import { type BenchOptions, type BenchReport, table } from './report.ts';
import { benchJudgeTick } from './judge-tick.ts';
import { benchLint } from './lint.ts';
import { benchLostUpdates } from './lost-updates.ts';
import { benchOtlp } from './otlp.ts';
import { benchParity } from './parity.ts';
import { benchPrometheusLoad } from './prometheus-load.ts';
import { benchRoutedRead } from './routed-read.ts';
import { benchRoute } from './route.ts';
import { benchSimulate } from './simulate.ts';
import { benchStreaming } from './streaming.ts';
import { benchTick } from './tick.ts';
import { benchTrigger } from './trigger.ts';
import { benchUi } from './ui.ts';

const benches: Readonly<Record<string, (options: BenchOptions) => Promise<BenchReport>>> = {
  alert: benchAlert,
  backfill: benchBackfill,
  convergence: benchConvergence,
  'ddl-stall': benchDdlStall,
  decision: benchDecision,
  features: benchFeatures,
  forecast: benchForecast,
  judge: benchJudge,
  'judge-tick': benchJudgeTick,
  lint: benchLint,
  'lost-updates': benchLostUpdates,
  otlp: benchOtlp,
  parity: benchParity,
  'prometheus-load': benchPrometheusLoad,
  route: benchRoute,
  'routed-read': benchRoutedRead,
  sdk: benchSdk,
  simulate: benchSimulate,
  streaming: benchStreaming,
  tick: benchTick,
  trigger: benchTrigger,
  ui: benchUi,
};

/** Both benches of the SDK, as one. */
async function benchSdk(options: BenchOptions): Promise<BenchReport> {
  const { rows } = await benchDecision(options);
  return { bench: 'sdk', rows: [...rows, ...(await benchRoutedRead(options)).rows] };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    seeds: { type: 'string', default: 'usual' },
    'warm-up': { type: 'boolean', default: false },
    world: { type: 'string', default: '' },
    fault: { type: 'string', default: '' },
    rollouts: { type: 'string' },
    workers: { type: 'string' },
    rows: { type: 'string' },
    rounds: { type: 'string' },
    operation: { type: 'string', default: '' },
  },
});

const [name] = positionals;
const bench = name === undefined ? undefined : benches[name];
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- NAME [--full] [--json]\n`);
  process.stderr.write(
    `       npm run bench -- judge [--seeds fresh] [--world WORDS] [--fault WORDS]\n`,
  );
  process.stderr.write(`                        [--rollouts N] [--workers N] [--warm-up]\n`);
  process.stderr.write(`       npm run bench -- simulate [--rollouts N]\n`);
  process.stderr.write(
    `       npm run bench -- backfill|parity [--rows N]; backfill [--workers N] [--rounds N]\n`,
  );
  process.stderr.write(`       npm run bench -- forecast [--rows N] [--operation WORDS[,WORDS]]\n`);
  process.stderr.write(`benches: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const { text, ...report } = await bench({
    full: values.full,
    world: values.world,
    fault: values.fault,
    operation: values.operation,
    freshSeeds: values.seeds === 'fresh',
    warmUp: values['warm-up'],
    ...(values.rows === undefined ? {} : { rows: Number(values.rows) }),
    ...(values.rounds === undefined ? {} : { rounds: Number(values.rounds) }),
    ...(values.rollouts === undefined ? {} : { rollouts: Number(values.rollouts) }),
    ...(values.workers === undefined ? {} : { workers: Number(values.workers) }),
  });
  process.stdout.write(`${text ?? table(report)}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
}
