import type { Policy } from '../policy/policy.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { type Difference, differencesOf, plain } from './differences.ts';
import type { HistoryEnd, HistoryHead, HistoryLine, HistoryTick } from './history.ts';
import { unreadable } from './history-lines.ts';
import { judgeStepOf } from './judge-step-of.ts';
import { judgeRollout } from './judging.ts';
import { rebaseMemory } from './rebase-memory.ts';
import { otherVersions } from './versions.ts';

/** The first tick that came out otherwise than it was recorded. */
export interface Deviation {
  readonly fence: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly differences: readonly Difference[];
}

/** How far a history has been replayed. */
export interface Replayed {
  readonly head: HistoryHead;
  /** What the ticks so far have led to, and the revision that the next one is judged by. */
  readonly state: HistoryHead['from'];
  readonly policy: Policy;
  readonly ticks: number;
  readonly decisions: number;
  /** Epoch milliseconds of the first and the last tick; null before there is one. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** The last one, as it comes out now. */
  readonly decision: Decision | null;
  /** Null while all came out as it was recorded, to the last bit. */
  readonly deviation: Deviation | null;
  /** Versions that made the history, where they are not those of now. */
  readonly otherVersions: readonly string[];
  readonly isOver: boolean;
}

/**
 * Replays one line more; null is before the first. Nothing but the line and what the lines before it
 * have led to is read: no time, no chance. Throws `invalidInput` for a line out of its place.
 */
export function replayLine(before: Replayed | null, line: HistoryLine): Replayed {
  if (before === null) {
    if (line.kind !== 'head') throw unreadable('it does not begin with its head');
    return begin(line.head);
  }
  if (before.isOver || line.kind === 'head') throw unreadable('something follows its end');
  return line.kind === 'tick' ? replayTick(before, line.tick) : finish(before, line.end);
}

function begin(head: HistoryHead): Replayed {
  return {
    head,
    state: head.from,
    policy: head.policy,
    ticks: 0,
    decisions: 0,
    firstAt: null,
    lastAt: null,
    decision: null,
    deviation: null,
    otherVersions: otherVersions(head.versions),
    isOver: false,
  };
}

/** What a tick leaves is written and read back, as a store between ticks does. */
function replayTick(
  before: Replayed,
  { fence, input, seen, decision: stored }: HistoryTick,
): Replayed {
  const { policy } = before;
  const { rollout, memory } = before.state;
  const { now } = input;
  const judged = judgeRollout(policy, rollout, memory, input);
  const observations = { ...seen, measurements: judged.measurements, history: judged.history };
  const outcome = decide({ policy, rollout, observations, now });
  const decision = plain(outcome.decision);
  const differences = differencesOf(
    { step: input.step, settledAt: input.settledAt, decision: stored },
    { step: judgeStepOf(policy, rollout), settledAt: rollout.step.settledAt, decision },
  );
  return {
    ...before,
    state: plain({
      rollout: outcome.rollout,
      memory: rebaseMemory(judged.memory, policy, outcome.policy, now),
    }),
    policy: outcome.policy,
    ticks: before.ticks + 1,
    decisions: before.decisions + (decision === null ? 0 : 1),
    firstAt: before.firstAt ?? now,
    lastAt: now,
    decision: decision ?? before.decision,
    deviation: before.deviation ?? deviationOf(fence, now, differences),
  };
}

function finish(before: Replayed, { phase, ticks }: HistoryEnd): Replayed {
  if (ticks !== before.ticks) throw unreadable(`it has ${before.ticks} of ${ticks} ticks`);
  const differences = differencesOf({ phase }, { phase: before.state.rollout.phase });
  const deviation = before.deviation ?? deviationOf(ticks, before.lastAt ?? 0, differences);
  return { ...before, deviation, isOver: true };
}

function deviationOf(
  fence: number,
  at: number,
  differences: readonly Difference[],
): Deviation | null {
  return differences.length === 0 ? null : { fence, at, differences };
}

/** Throws `invalidInput` when a history breaks off before its end. */
export function whole(replayed: Replayed | null): Replayed {
  if (replayed?.isOver === true || (replayed !== null && replayed.deviation !== null)) {
    return replayed;
  }
  throw unreadable(`it breaks off after ${replayed?.ticks ?? 0} ticks`);
}
