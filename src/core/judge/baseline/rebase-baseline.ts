import { canonical } from '../../canonical.ts';
import { ownLayout } from '../../histogram/bucket-layout.ts';
import { latencyLimit } from '../../histogram/latency-limit.ts';
import { newProcess } from '../../statistics/e-process.ts';
import type { Reference, StreamReference } from './baseline-reference.ts';
import { type BaselineState, beginBaseline } from './baseline-state.ts';
import type { BaselineStream } from './baseline-streams.ts';

type Streams = readonly BaselineStream[];

/** Whether the same is watched of the old side, whatever is tolerated of it. */
export function isSameWatch(before: Streams, after: Streams): boolean {
  return canonical(before.map(shapeOf)) === canonical(after.map(shapeOf));
}

/**
 * What is known of the old side, for guards that tolerate something else from now on. What it did before stays
 * known where the same is watched; the bets begin anew. Otherwise all of it does.
 */
export function rebaseBaseline(
  state: BaselineState,
  before: Streams,
  after: Streams,
): BaselineState {
  if (canonical(before) === canonical(after)) return state;
  if (!isSameWatch(before, after)) {
    const { layout, isTouched, step } = state;
    return { ...beginBaseline(after), layout, isTouched, step };
  }
  const layout = state.layout ?? ownLayout;
  const limited = (stream: BaselineStream, known: StreamReference): StreamReference => {
    if (stream.kind === 'errors' || known.oldBucket === null) return known;
    const { bucket: limitBucket, ratio } = latencyLimit(layout, known.oldBucket, stream.tolerate);
    return { ...known, limitBucket, ratio };
  };
  const again = (reference: Reference | null): Reference | null =>
    reference === null
      ? null
      : {
          ...reference,
          harm: after.map(() => newProcess),
          streams: after.map((stream, index) => {
            const known = reference.streams[index] ?? null;
            return known === null ? null : limited(stream, known);
          }),
        };
  const none = state.recentTotal.map(() => 0);
  return {
    ...state,
    touched: again(state.touched),
    atStep: again(state.atStep),
    recentTotal: none,
    recentBad: none,
    harm: null,
  };
}

function shapeOf(stream: BaselineStream): readonly unknown[] {
  const { kind, operation } = stream;
  return [kind, operation, stream.kind === 'latency' ? stream.tolerate.quantile : null];
}
