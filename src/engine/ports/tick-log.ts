import type { Checkpoint, DecisionRecord, LoggedTick, Seen } from '../../core/rollout/replay.ts';
import type { TickInput } from '../../core/rollout/judging.ts';

/** What a tick leaves behind, so that it can be judged again. */
export interface TickTrace {
  readonly input: TickInput;
  readonly seen: Seen;
  /** With a decision: all that it was made from. */
  readonly checkpoint: Checkpoint | null;
}

/** What ticks took in, for as long as it is kept; decisions are kept for ever. Written by `RolloutStore.commit`. */
export abstract class TickLog {
  /** A decision with what it was made from; null when there is no such decision. */
  abstract record(seq: number): Promise<DecisionRecord | null>;

  /** Ticks with `from <= fence < to`, in order, at most `limit`. */
  abstract ticks(
    rollout: string,
    from: number,
    to: number,
    limit: number,
  ): Promise<readonly LoggedTick[]>;

  /** What ticks later than `after` (a fence) and not before `since` took in, in order, at most `limit`. */
  abstract inputs(
    rollout: string,
    after: number,
    since: number,
    limit: number,
  ): Promise<readonly { readonly fence: number; readonly input: TickInput }[]>;

  /** The decision from which on every tick is still kept; null when there is none. */
  abstract wholeSince(rollout: string): Promise<number | null>;

  /** Drops ticks without a decision that are older than `keepMs`, but for a rollout's newest. */
  abstract forget(keepMs: number): Promise<void>;
}
