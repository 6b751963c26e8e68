import type { Policy } from '../policy/policy.ts';
import type { Decision } from './decision.ts';
import type { JudgeMemory, TickInput } from './judging.ts';
import type { Phase } from './phase.ts';
import type { Seen } from './replay.ts';
import type { Rollout } from './rollout.ts';
import type { Versions } from './versions.ts';

/** What a recorded rollout was decided by, and where the record begins. Plain JSON. */
export interface HistoryHead {
  readonly versions: Versions;
  readonly policy: Policy;
  /** As it stood before the first tick of the history. */
  readonly from: { readonly rollout: Rollout; readonly memory: JudgeMemory | null };
}

/** A tick of a history: all that it took in, and what came of it. Plain JSON. */
export interface HistoryTick {
  /** Orders the ticks, and names them. */
  readonly fence: number;
  readonly input: TickInput;
  readonly seen: Seen;
  /** Null when nothing was decided. */
  readonly decision: Decision | null;
}

/** What the last line says, so that a torn history is noticed. */
export interface HistoryEnd {
  readonly phase: Phase;
  readonly ticks: number;
}

/** A line of a history: one head, then its ticks in order, then one end. */
export type HistoryLine =
  | { readonly kind: 'head'; readonly head: HistoryHead }
  | { readonly kind: 'tick'; readonly tick: HistoryTick }
  | { readonly kind: 'end'; readonly end: HistoryEnd };
