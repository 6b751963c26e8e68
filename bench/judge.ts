import { type Cell, cellName, selectCells } from './judge/cells.ts';
import type { Contender, Outcomes } from './judge/contenders.ts';
import { runCells } from './judge/run-cells.ts';
import { summarise } from './judge/summary.ts';
import { markdown } from './judge/table.ts';
import { type BenchOptions, type BenchReport, type Row, type Spread, table } from './report.ts';

const peerNames = ['flagger', 'argo', 'kayenta', 'oracle'] as const;

const short = 100;
const whole = 1_000;

/**
 * How often a healthy rollout is rolled back, and how soon a harmful one is: our judge, the rules of
 * others and the limit, on the same simulated rollouts.
 */
export async function benchJudge(options: BenchOptions): Promise<BenchReport> {
  const { full, world = '', fault = '' } = options;
  const cells = selectCells({ world, fault, full });
  const results = await runCells(cells, {
    rollouts: options.rollouts ?? (full ? whole : short),
    seeds: options.freshSeeds === true ? 'fresh' : 'usual',
    extent: { isWhole: full, judgesWarm: options.warmUp === true },
    workers: options.workers ?? null,
  });
  const rows = [...results].map(([cell, outcomes]) => row(cell, outcomes));
  const report = { bench: 'judge', rows };
  return { ...report, text: `${table(report)}\n\n${markdown(results)}` };
}

function row(cell: Cell, outcomes: readonly Outcomes[]): Row {
  const measure = (contender: Contender): Spread => {
    const summary = summarise(cell, outcomes, contender);
    if (summary === null) throw new Error(`${contender} takes no part in ${cellName(cell)}`);
    if (cell.fault !== null) return summary.delay;
    const { rolledBack } = summary;
    return { min: rolledBack, median: rolledBack, max: rolledBack };
  };
  const ours = measure('ours');
  const peers = Object.fromEntries(peerNames.map((name) => [name, measure(name)]));
  return {
    case: cellName(cell),
    unit: cell.fault === null ? '%' : 's',
    ours,
    peers,
    ratio: ratioOf(ours, Object.values(peers)),
  };
}

/** The best peer's median by ours: above 1 ours is better. */
function ratioOf(ours: Spread, peers: readonly Spread[]): number | null {
  const best = Math.min(...peers.map(({ median }) => median));
  return ours.median === 0 || best === 0 ? null : best / ours.median;
}
