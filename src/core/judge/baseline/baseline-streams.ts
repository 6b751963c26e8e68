import type { BucketCounts } from '../../histogram/bucket-counts.ts';
import { type Tail, tailAbove, tailOf } from '../../histogram/tail.ts';
import type { LatencyTolerance, RateTolerance } from '../../policy/guard.ts';
import type { OperationKind } from '../../protocol/evidence.ts';
import type { OneStream } from '../../statistics/one-sample-e-variable.ts';
import { remembered } from '../../statistics/remembered.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import { type DurationsRead, groupedDurations, pooled } from '../grouped-durations.ts';
import type { JudgeConfig } from '../judge-config.ts';
import { alignedDurations, type Strata } from '../latency-strata.ts';
import type { StreamKind } from '../units/unit-columns.ts';

/** What of the old side is watched: how often an operation fails, or how often it takes long. */
export type BaselineStream =
  | {
      readonly kind: 'errors';
      /** Null: operations of which the source does not say whether they read or write. */
      readonly operation: OperationKind | null;
      readonly tolerate: RateTolerance;
    }
  | {
      readonly kind: 'latency';
      readonly operation: OperationKind;
      readonly tolerate: LatencyTolerance;
    };

const operations: readonly OperationKind[] = ['read', 'write'];

/**
 * The streams of a policy, in a fixed order: those that its first errors guard and its first latency
 * guard judge, reads and writes each by themselves, with the guards' own tolerances. The sync trigger
 * strikes writes, a full scan reads; together they would dilute each other.
 */
export const baselineStreams = remembered(({ guards }: JudgeConfig): readonly BaselineStream[] => {
  const errors = guards.find((guard) => guard.compare === 'errors');
  const latency = guards.find((guard) => guard.compare === 'latency');
  return [
    ...[...operations, null].flatMap((operation): readonly BaselineStream[] =>
      errors === undefined ? [] : [{ kind: 'errors', operation, tolerate: errors.tolerate }],
    ),
    ...operations.flatMap((operation) =>
      (latency?.tolerate ?? []).map((tolerate): BaselineStream => ({
        kind: 'latency',
        operation,
        tolerate,
      })),
    ),
  ];
});

/** The old side's durations of each operation, every ramp group moved to a common place. */
export type OperationDurations = Readonly<Record<OperationKind, BucketCounts>>;

/** What the old side did in one tick. */
export interface BaselineTick {
  readonly at: number;
  readonly seconds: number;
  /** Aligned with the streams; zeros for those of latency. */
  readonly errors: readonly OneStream[];
  readonly durations: OperationDurations;
  readonly tails: Readonly<Record<OperationKind, Tail>>;
}

/**
 * The old side's part of a tick. `strata` tells how the ramp groups differ, as the history shows it:
 * where a part of the units moves to the new side, those that stay are no slower for it.
 */
export function baselineTick(
  streams: readonly BaselineStream[],
  tick: EvidenceTick,
  read: DurationsRead,
  strata: Strata | null,
): BaselineTick {
  const of = (operation: OperationKind): BucketCounts => {
    const groups = groupedDurations(
      read,
      (row) => row.cohort === 'baseline' && row.operation === operation,
    );
    return strata === null ? pooled(groups) : alignedDurations(groups, strata);
  };
  const durations = { read: of('read'), write: of('write') };
  const counts = oldSideCounts(tick);
  return {
    at: tick.at,
    seconds: tick.seconds,
    errors: streams.map((stream) => errorsOf(stream, counts)),
    durations,
    tails: { read: tailOf(durations.read), write: tailOf(durations.write) },
  };
}

const nothing: OneStream = { total: 0, bad: 0 };

const none = (): { total: number; bad: number } => ({ total: 0, bad: 0 });

type OldSideCounts = Readonly<Record<StreamKind, OneStream>>;

/** Operations of the old side and those that failed, by kind. */
function oldSideCounts({ units }: EvidenceTick): OldSideCounts {
  const [read, write, unnamed] = [none(), none(), none()];
  for (const { cohort, operation, requests, failed } of units) {
    if (cohort !== 'baseline') continue;
    // Not by name: a tick has thousands of units.
    const counts = operation === undefined ? unnamed : operation === 'read' ? read : write;
    counts.total += requests;
    counts.bad += failed;
  }
  return { read, write, unnamed };
}

function errorsOf(stream: BaselineStream, counts: OldSideCounts): OneStream {
  return stream.kind === 'latency' ? nothing : counts[stream.operation ?? 'unnamed'];
}

/** How many events of a stream a tick had, and how many of them were bad: failed, or above `bucket`. */
export function countStream(
  stream: BaselineStream,
  index: number,
  tick: BaselineTick,
  bucket: number | null,
): OneStream {
  if (stream.kind === 'errors') return tick.errors[index] ?? nothing;
  const tail = tick.tails[stream.operation];
  return { total: tail.total, bad: bucket === null ? 0 : tailAbove(tail, bucket) };
}
