import type { Policy } from '../policy/policy.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { type Difference, differencesOf, plain } from './differences.ts';
import { type JudgeMemory, judgeTick, type TickInput } from './judging.ts';
import type { Observations } from './observations.ts';
import { rebaseMemory } from './rebase-memory.ts';
import type { Rollout } from './rollout.ts';
import { otherVersions, versionsOfNow } from './versions.ts';

/** What a tick saw besides evidence. */
export type Seen = Omit<Observations, 'measurements' | 'history'>;

/** What a tick was decided from, as it stood before it. Plain JSON. */
export interface Checkpoint {
  readonly rollout: Rollout;
  readonly seen: Seen;
  /** The judge's memory before this tick; null before the first. */
  readonly memory: JudgeMemory | null;
}

/** A stored decision with everything that it was made from. Plain JSON. */
export interface DecisionRecord {
  readonly seq: number;
  readonly fence: number;
  /** The decision before it in the same rollout; null for the first. */
  readonly before: number | null;
  /** Fence of the tick that was kept before it; null for the first of the rollout. */
  readonly follows: number | null;
  readonly policy: Policy;
  readonly checkpoint: Checkpoint;
  readonly input: TickInput;
  readonly decision: Decision;
}

/** A tick as stored. The fence orders the ticks of a rollout. */
export interface LoggedTick {
  readonly fence: number;
  /** Fence of the tick that was kept before it; null for the first of the rollout. */
  readonly follows: number | null;
  readonly input: TickInput;
  /** Null where an earlier version of the store did not keep it. */
  readonly seen: Seen | null;
  /** What was decided in it; null when nothing was. */
  readonly decision: Decision | null;
}

export interface Replay {
  /** What the stored inputs lead to now; null when they lead to no decision. */
  readonly decision: Decision | null;
  readonly differences: readonly Difference[];
  /** Versions that decided and judged then, where they are not those of now. */
  readonly otherVersions: readonly string[];
}

/** Judges and decides again from what was stored. Nothing else is read, no time and no chance. */
export function replay({ policy, checkpoint, input, decision: stored }: DecisionRecord): Replay {
  const { rollout, seen, memory } = checkpoint;
  const { measurements, history } = judgeTick(policy, memory, input);
  const observations = { ...seen, measurements, history };
  const { decision } = decide({ policy, rollout, observations, now: input.now });
  return {
    decision,
    differences: differencesOf(plain(stored), plain(decision)),
    otherVersions: otherVersions({
      decide: stored.version,
      judge: memory?.judge.version ?? versionsOfNow.judge,
    }),
  };
}

/**
 * Whether the ticks between two decisions lead from the memory before the first to the memory
 * before the second, to the last bit. `ticks` are those from the first decision's own on, in order,
 * up to but not including the second's. A rebase is a decision, so that only the first tick may have been judged
 * by another revision than those after it.
 */
export function replayMemory(
  policies: { readonly first: Policy; readonly later: Policy },
  from: JudgeMemory | null,
  ticks: readonly TickInput[],
  to: JudgeMemory | null,
): readonly Difference[] {
  const { first, later } = policies;
  const reached = ticks.reduce<JudgeMemory | null>((memory, tick, index) => {
    const policy = index === 0 ? first : later;
    const { memory: judged } = judgeTick(policy, memory, tick);
    return plain(rebaseMemory(judged, policy, later, tick.now));
  }, from);
  return differencesOf(plain(to), reached);
}

/** Whether none of the ticks that led to a decision has been forgotten, from the first of `ticks` on. */
export function isWhole(
  ticks: readonly Pick<LoggedTick, 'fence' | 'follows'>[],
  { before, follows }: Pick<DecisionRecord, 'before' | 'follows'>,
): boolean {
  const known = ticks.map(({ fence }) => fence);
  const isLinked = ticks.every((tick, index) =>
    index === 0 ? before !== null || tick.follows === null : tick.follows === known[index - 1],
  );
  return isLinked && follows === (known.at(-1) ?? null);
}
