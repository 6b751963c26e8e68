import { converge } from '../test/support/convergence.ts';
import { SERVER_URL, startTestServer } from '../test/support/embedded-server.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';

const instances = 20;
const everyoneWithinMs = 1_000;

/**
 * A rollback from 50 % with 20 instances in processes of their own, of which one is frozen and one had
 * to be replaced because its build did not know the migration. From a person's word to the moment at
 * which the old side serves, in each instance.
 */
export async function benchConvergence({ full }: BenchOptions): Promise<BenchReport> {
  const server = await startTestServer();
  process.env[SERVER_URL] = server.postgres.url;
  try {
    const rows: Row[] = [];
    for (let run = 0; run < (full ? 3 : 1); run += 1) rows.push(...(await once(run)));
    return { bench: 'convergence', rows };
  } finally {
    await server.close();
  }
}

async function once(run: number): Promise<readonly Row[]> {
  const { heldAt, othersMs, fromBackup, frozen, arrivedMs } = await converge(instances);
  const failed = [
    ...(heldAt === 'shadow' ? [] : [`the old build was noticed at ${heldAt}`]),
    ...(frozen.waiting.includes(frozen.name) ? [] : ['the frozen instance was not named']),
    ...(frozen.first.side === 'old' ? [] : ['the frozen instance served new again']),
    ...(fromBackup[1] === 'off' ? [] : ['a plain client stayed on its backup']),
  ];
  if (failed.length > 0) throw new Error(failed.join('; '));
  const suffix = run === 0 ? '' : ` again ${run}`;
  const row = (name: string, samples: readonly number[]): Row => {
    return {
      case: `${name}${suffix}`,
      unit: 'ms',
      ours: spreadOf(samples),
      peers: {},
      ratio: null,
    };
  };
  const late = othersMs.filter((ms) => ms > everyoneWithinMs).length;
  return [
    row(`${instances} instances`, othersMs),
    { ...row(`${instances} instances: later than a second`, [late]), unit: 'instances' },
    row('with the frozen one, thawed once it was named', [arrivedMs]),
  ];
}
