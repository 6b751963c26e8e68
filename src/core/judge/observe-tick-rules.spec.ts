import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { comparedUnit, tickOf } from '../../../test/support/judged-ticks.ts';
import { totalCount } from '../histogram/bucket-counts.ts';
import { newProcess } from '../statistics/e-process.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import { pooled } from './grouped-durations.ts';
import { beginJudge, type JudgeState, observeTick } from './judge.ts';
import type { JudgeConfig } from './judge-config.ts';
import type { JudgeStep } from './judge-step.ts';

const buckets = { '-100': 100 };
const oldSide = (at: number, seconds = 1): EvidenceTick =>
  tickOf({ at, seconds, baseline: { requests: 100, units: 5, buckets } });
const bothSides = (at: number, seconds = 1): EvidenceTick =>
  tickOf({
    at,
    seconds,
    canary: { requests: 100, failed: 1, units: 5, buckets },
    baseline: { requests: 100, failed: 1, units: 5, buckets },
  });

function take(
  state: JudgeState,
  tick: EvidenceTick,
  step: JudgeStep = comparedStep(),
  config: JudgeConfig = demoConfig,
): JudgeState {
  return observeTick(state, config, tick, step);
}

const begun = beginJudge(demoConfig);

/** How many durations of the old side are known from before the first exposure. */
function durationsKnown({ durations }: JudgeState): number {
  return totalCount(pooled(durations.history));
}

describe('the first exposure', () => {
  it('is a request of the new side', () => {
    expect(take(begun, oldSide(0)).exposed).toBe(false);
    expect(take(begun, bothSides(0)).exposed).toBe(true);
    const idle = { unit: 'idle', cohort: 'canary', requests: 0, failed: 0 } as const;
    const nobody = { ...oldSide(0), units: [...oldSide(0).units, idle] };
    expect(take(begun, nobody).exposed).toBe(false);
  });

  it('is at 100 % at the latest, whatever is reported', () => {
    expect(take(begun, oldSide(0), comparedStep({ mode: 'whole' })).exposed).toBe(true);
    expect(take(begun, oldSide(0), comparedStep({ mode: 'shadow' })).exposed).toBe(false);
  });

  it('ends the history of requests and of durations', () => {
    const before = take(begun, oldSide(0), beforeStep());
    const exposed = take(before, bothSides(1_000));
    const later = take(exposed, oldSide(2_000), beforeStep());
    for (const state of [before, exposed, later]) {
      expect(durationsKnown(state)).toBe(100);
      expect(state.history.seconds).toBe(1);
    }
    expect(later.exposed).toBe(true);
  });

  it('has no history of a time in which nothing arrived', () => {
    const state = take(begun, { ...oldSide(0), revision: null }, beforeStep());
    expect(durationsKnown(state)).toBe(0);
    expect(state.newestAt).toBeNull();
    expect(take(begun, oldSide(7), beforeStep()).newestAt).toBe(7);
  });
});

describe('a warm-up', () => {
  it('has the ticks that began in it, however long they are', () => {
    const warming = (at: number, seconds: number): boolean => {
      const step = comparedStep({ warmupUntil: 60_000 });
      const [guard] = take(begun, bothSides(at, seconds), step).guards;
      return guard?.kind === 'errors' && guard.evidence.harm.warming.elapsed !== null;
    };
    expect(warming(69_999, 10)).toBe(true);
    expect(warming(70_000, 10)).toBe(false);
  });
});

describe('evidence of another route', () => {
  it('says nothing about the step, but is judged for harm', () => {
    const step = comparedStep({ sinceRevision: 2 });
    const { guards, step: known } = take(begun, bothSides(0), step);
    expect(known).toMatchObject({ firstAt: null, notWorse: [] });
    expect(guards[0]).not.toEqual(begun.guards[0]);
    expect(totalCount(known?.baseline.latency ?? { offset: 0, counts: [1] })).toBe(0);
  });

  it('leaves what the step has proven as it is', () => {
    const proven = take(begun, bothSides(0));
    const { step } = take(proven, { ...bothSides(1_000), revision: 0 });
    expect(step?.notWorse).toEqual(proven.step?.notWorse);
    expect(step?.canary.requests).toBe(100);
  });
});

describe('proof that the new side is not worse', () => {
  const proofs = (state: JudgeState): readonly number[] | undefined =>
    state.step?.notWorse.map((processes) => processes.length);

  it('needs both cohorts; mismatches that are not tolerated at all need none', () => {
    const known = take(begun, oldSide(0), beforeStep());
    expect(proofs(take(known, bothSides(1_000)))?.[0]).toBe(1);
    expect(proofs(take(known, bothSides(1_000)))?.[2]).toBe(0);
    expect(proofs(take(known, bothSides(1_000), comparedStep({ mode: 'whole' })))).toEqual([
      0, 0, 0,
    ]);
  });

  const tolerant: JudgeConfig = {
    ...demoConfig,
    guards: [
      { name: 'reads', compare: 'mismatches', atMost: 0.01, compared: { atLeast: 1, units: 1 } },
    ],
  };
  const found = tickOf({ at: 0, comparisons: [comparedUnit('a', 50, 1)] });

  it('of comparisons rests on them alone, as harm does', () => {
    const shadow = comparedStep({ mode: 'shadow' });
    const state = take(beginJudge(tolerant), found, shadow, tolerant);
    expect(proofs(state)).toEqual([1]);
    const [guard] = state.guards;
    expect(guard).toMatchObject({ kind: 'mismatches', mismatched: 1 });
    expect(guard?.kind === 'mismatches' && guard.harm.elapsed).toBe(0);
  });

  it('and harm of comparisons bet nothing where one mismatch is too many', () => {
    const guard = take(begun, found, comparedStep({ mode: 'shadow' })).guards[2];
    expect(guard).toEqual({ kind: 'mismatches', harm: newProcess, mismatched: 1 });
  });
});

describe('the watch over single units', () => {
  const watchful = {
    ...demoConfig,
    evidence: { ...demoConfig.evidence, historyMs: 1_800_000 },
  };

  /** A minute of the old side that serves all units, then one in which both sides serve them. */
  function aMinute(config: JudgeConfig, step = comparedStep()): JudgeState {
    const { units } = bothSides(0);
    const onOld = units.map((counts) => ({ ...counts, cohort: 'baseline' as const }));
    const before = { ...oldSide(0, 60), units: onOld };
    const history = take(beginJudge(config), before, beforeStep(), config);
    const half = take(history, bothSides(30_000, 30), step, config);
    expect(half.unitGuard).toEqual([]);
    return take(half, bothSides(60_000, 30), step, config);
  }

  it('takes a step when a minute with two cohorts has ended', () => {
    expect(aMinute(watchful).unitGuard).toHaveLength(5);
  });

  it('is not kept without enough history, nor without a guard of errors', () => {
    expect(aMinute(demoConfig).unitGuard).toEqual([]);
    expect(aMinute({ ...watchful, guards: demoConfig.guards.slice(1) }).unitGuard).toEqual([]);
  });

  it('stands still where nothing is compared', () => {
    expect(aMinute(watchful, comparedStep({ mode: 'whole' })).unitGuard).toEqual([]);
  });
});
