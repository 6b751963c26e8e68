import { recordDuration } from '../histogram/exponential-histogram.ts';
import type {
  Cohort,
  LatencyCounts,
  MigrationEvidence,
  OperationKind,
  UnitCounts,
} from '../protocol/evidence.ts';
import type { Side } from '../protocol/route.ts';
import { bucketUnit, unitOfNone } from '../protocol/shared-units.ts';

/** One request as a proxy logged it. */
export interface GatewayLogLine {
  readonly rollout: string;
  readonly revision: number;
  readonly side: Side;
  readonly cohort: Cohort | null;
  /** Null for a request without a unit. */
  readonly bucket: number | null;
  readonly group: number | null;
  readonly method: string;
  /** Of the answer that the caller got. */
  readonly status: number;
  readonly seconds: number;
  /** Epoch milliseconds, by the proxy's clock. */
  readonly at: number;
}

/** These change nothing by HTTP's own definition; every other method is a write. */
const reading: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** The caller hung up: nobody knows what would have come of it. */
const hungUp = 499;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Tally {
  readonly lines: GatewayLogLine[];
  readonly units: Map<string, Mutable<UnitCounts>>;
  readonly latency: Map<
    string,
    Omit<LatencyCounts, 'buckets'> & { buckets: Record<string, number> }
  >;
}

/** Adds up what a log says, by rollout and revision. An answer of 500 and above is harm. */
export function evidenceOfLog(lines: readonly GatewayLogLine[]): readonly MigrationEvidence[] {
  const tallies = new Map<string, Tally>();
  for (const line of lines) {
    const key = `${line.revision} ${line.rollout}`;
    const tally: Tally = tallies.get(key) ?? newTally();
    tallies.set(key, tally);
    tally.lines.push(line);
    if (line.cohort !== null && line.status !== hungUp) count(tally, line, line.cohort);
  }
  return [...tallies.values()].flatMap(evidenceOf);
}

function newTally(): Tally {
  return { lines: [], units: new Map(), latency: new Map() };
}

function count(tally: Tally, line: GatewayLogLine, cohort: Cohort): void {
  const operation: OperationKind = reading.includes(line.method) ? 'read' : 'write';
  const unit = line.bucket === null ? unitOfNone : bucketUnit(line.bucket);
  const failed = line.status >= 500;
  const key = `${cohort} ${operation} ${unit}`;
  const row = tally.units.get(key) ?? { unit, cohort, operation, requests: 0, failed: 0 };
  row.requests += 1;
  if (failed) row.failed += 1;
  tally.units.set(key, row);
  // How fast it fails says nothing of how fast it is.
  if (failed) return;
  const ofGroup = line.group === null ? {} : { group: line.group };
  const kind = `${cohort} ${operation} ${line.group}`;
  const latency = tally.latency.get(kind) ?? { cohort, operation, ...ofGroup, buckets: {} };
  recordDuration(latency.buckets, line.seconds);
  tally.latency.set(kind, latency);
}

function evidenceOf({ lines, units, latency }: Tally): readonly MigrationEvidence[] {
  const [first] = lines;
  if (first === undefined) return [];
  const times = lines.map(({ at }) => at);
  const onNew = lines.filter(({ side }) => side === 'new').length;
  return [
    {
      migration: first.rollout,
      revision: first.revision,
      fromMs: times.reduce((least, at) => Math.min(least, at), first.at),
      toMs: times.reduce((most, at) => Math.max(most, at), first.at),
      units: [...units.values()],
      latency: [...latency.values()],
      comparisons: [],
      fallbacks: 0,
      withoutUnit: lines.filter(({ bucket, cohort }) => bucket === null && cohort !== null).length,
      served: { old: lines.length - onNew, new: onNew },
    },
  ];
}
