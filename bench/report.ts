/** Smallest, middle and largest of several measurements, in the row's unit. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** One line of a benchmark. `ratio` is ours against the best peer, larger is better; null without one. */
export interface Row {
  readonly case: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly peers: Readonly<Record<string, Spread>>;
  readonly ratio: number | null;
}

export interface BenchReport {
  readonly bench: string;
  readonly rows: readonly Row[];
  /** What people read instead of the plain table of the rows. */
  readonly text?: string;
}

/** How a benchmark is run: short by default, the whole curve when asked for. */
export interface BenchOptions {
  readonly full: boolean;
  /** `backfill`, `parity` and `forecast` only: rows of the table, a million if not given, or the bench's own choice. */
  readonly rows?: number;
  /** `judge` only: worlds and faults whose names contain this. */
  readonly world?: string;
  readonly fault?: string;
  /** `forecast` only: operations whose names contain this. */
  readonly operation?: string;
  /** `judge`: processes at a time. `backfill`: replicas of the server. */
  readonly workers?: number;
  /** `backfill` only: so many rounds beside a load, and nothing else. */
  readonly rounds?: number;
  /** `judge`, `simulate`: rollouts per case. `judge` only: seeds nothing was tuned on. */
  readonly rollouts?: number;
  readonly freshSeeds?: boolean;
  /** `judge` only: harmful rollouts with a warm-up beside those without. */
  readonly warmUp?: boolean;
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

export function table(report: BenchReport): string {
  const lines = report.rows.flatMap(({ case: name, unit, ours, peers, ratio }) => [
    `${name.padEnd(48)} ${figures(ours)} ${unit}${ratio === null ? '' : `  ×${ratio}`}`,
    ...Object.entries(peers).map(([peer, spread]) => `  ${peer.padEnd(46)} ${figures(spread)}`),
  ]);
  return [`${report.bench}  (min / median / max)`, ...lines].join('\n');
}

function figures({ min, median, max }: Spread): string {
  return [min, median, max].map((value) => value.toPrecision(3)).join(' / ');
}
