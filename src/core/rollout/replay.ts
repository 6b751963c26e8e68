import { judgeVersion } from '../judge/judge-config.ts';
import type { Policy } from '../policy/policy.ts';
import { decide } from './decide.ts';
import { type Decision, decideVersion } from './decision.ts';
import { type JudgeMemory, judgeTick, type TickInput } from './judging.ts';
import type { Observations } from './observations.ts';
import type { Rollout } from './rollout.ts';

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
  readonly policy: Policy;
  readonly checkpoint: Checkpoint;
  readonly input: TickInput;
  readonly decision: Decision;
}

/** What a tick took in, as stored. The fence orders the ticks of a rollout. */
export interface LoggedTick {
  readonly fence: number;
  readonly input: TickInput;
}

/** Something that came out otherwise than it was stored. `where` is a path such as `measurements.0.verdict`. */
export interface Difference {
  readonly where: string;
  readonly stored: unknown;
  readonly replayed: unknown;
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
    otherVersions: otherVersions(stored, memory),
  };
}

/**
 * Whether the ticks between two decisions lead from the memory before the first to the memory
 * before the second, to the last bit. `ticks` are those from the first decision's own on, in order,
 * up to but not including the second's.
 */
export function replayMemory(
  policy: Policy,
  from: JudgeMemory | null,
  ticks: readonly TickInput[],
  to: JudgeMemory | null,
): readonly Difference[] {
  const reached = ticks.reduce<JudgeMemory | null>(
    (memory, tick) => plain(judgeTick(policy, memory, tick).memory),
    from,
  );
  return differencesOf(plain(to), reached);
}

function otherVersions(stored: Decision, memory: JudgeMemory | null): readonly string[] {
  const judge = memory?.judge.version ?? judgeVersion;
  return [
    ...(stored.version === decideVersion
      ? []
      : [`decided by version ${stored.version}, this is ${decideVersion}`]),
    ...(judge === judgeVersion ? [] : [`judged by version ${judge}, this is ${judgeVersion}`]),
  ];
}

/** As it would be read back: what was never written, such as an absent field, is not there. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Every place where two JSON values differ; numbers are compared bit by bit, keys in any order. */
function differencesOf(stored: unknown, replayed: unknown, where = ''): readonly Difference[] {
  if (isObject(stored) && isObject(replayed)) {
    const keys = new Set([...Object.keys(stored), ...Object.keys(replayed)]);
    return [...keys].flatMap((key) =>
      differencesOf(stored[key], replayed[key], where === '' ? key : `${where}.${key}`),
    );
  }
  return Object.is(stored, replayed) ? [] : [{ where, stored, replayed }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
