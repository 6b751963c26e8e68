import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { comparedUnit, tickOf } from '../../../test/support/judged-ticks.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import {
  beforeExposure,
  demoWorld,
  simulateTraffic,
} from '../../../test/support/simulated-traffic.ts';
import { filledBuckets, noCounts } from '../histogram/bucket-counts.ts';
import type { MigrationEvidence } from '../protocol/evidence.ts';
import { type EvidenceTick, mergeEvidence } from './evidence-tick.ts';
import { beginJudge, type JudgeState, observeTick } from './judge.ts';
import type { JudgeStep } from './judge-step.ts';

const cohort = { requests: 100, failed: 1, units: 10, buckets: { '-100': 90, '-50': 9 } };
const tick = (at: number, revision: number | null = 1): EvidenceTick =>
  tickOf({ at, revision, canary: cohort, baseline: { ...cohort, requests: 300 } });

function run(
  ticks: readonly EvidenceTick[],
  step: JudgeStep = comparedStep(),
  from = beginJudge(demoConfig),
): JudgeState {
  return ticks.reduce((state, next) => observeTick(state, demoConfig, next, step), from);
}

/** A tick's evidence as one instance sends it. */
function batchOf({ revision, units, latency, comparisons }: EvidenceTick): MigrationEvidence {
  return {
    migration: 'users-birthdate',
    revision: revision ?? 0,
    fromMs: 0,
    toMs: 1000,
    units,
    latency: latency.map(({ durations, ...row }) => ({
      ...row,
      buckets: filledBuckets(durations),
    })),
    comparisons,
    fallbacks: 0,
    withoutUnit: 0,
    served: { old: 0, new: 0 },
  };
}

describe('observeTick', () => {
  it('goes on to the last bit after its state was written and read at any tick', () => {
    const next = simulateTraffic(seededRandom(7), 0);
    const history = Array.from({ length: 5 }, () => next(beforeExposure(demoWorld)));
    const later = Array.from({ length: 12 }, () =>
      next({ ...demoWorld, failing: { canary: 0.05, baseline: 0.01 } }),
    );
    const straight = run(later, comparedStep(), run(history, beforeStep()));
    let stored = JSON.stringify(run(history, beforeStep()));
    for (const one of later) {
      stored = JSON.stringify(run([one], comparedStep(), JSON.parse(stored) as JudgeState));
    }
    expect(JSON.parse(stored)).toEqual(JSON.parse(JSON.stringify(straight)));
    expect(stored).toBe(JSON.stringify(straight));
  });

  it('changes neither its state nor its tick', () => {
    const state = run([tick(1000)]);
    const before = JSON.stringify(state);
    const next = tick(2000);
    const evidence = JSON.stringify(next);
    run([next], comparedStep(), state);
    expect(JSON.stringify(state)).toBe(before);
    expect(JSON.stringify(next)).toBe(evidence);
  });

  it('judges harm by evidence of any revision, "not worse" by the step\'s only', () => {
    const step = comparedStep({ sinceRevision: 5 });
    const late = run([tick(1000, 4)], step);
    expect(late.guards[0]).not.toEqual(beginJudge(demoConfig).guards[0]);
    expect(late.step?.canary.requests).toBe(0);
    expect(late.step?.notWorse).toEqual([]);
    const own = run([tick(2000, 5)], step, late);
    expect(own.step?.canary.requests).toBe(100);
    expect(own.step?.notWorse[0]).toHaveLength(1);
  });

  it('is not kept from proof by a scope that goes on under an earlier revision', () => {
    const step = comparedStep({ sinceRevision: 5 });
    const own = tick(1000, 5);
    const lasting = tickOf({ at: 1000, revision: 2, canary: { requests: 3, failed: 3 } });
    const both = mergeEvidence([lasting, own].map(batchOf), 1000, 1);
    const [mixed, alone] = [run([both], step).step, run([own], step).step];
    expect({ ...mixed, notWorse: [] }).toEqual({ ...alone, notWorse: [] });
    const proof = (known: typeof mixed): number => known?.notWorse[0]?.[0]?.grown[0] ?? NaN;
    expect(proof(mixed)).toBeCloseTo(proof(alone), 1);
    expect(run([both], step).guards[0]).not.toEqual(run([own], step).guards[0]);
  });

  it('counts nothing for a step whose route is not acknowledged', () => {
    expect(run([tick(1000)], comparedStep({ sinceRevision: null })).step?.canary.requests).toBe(0);
  });

  it('forgets proof and counts with the step, and keeps harm', () => {
    const first = run([tick(1000), tick(2000)]);
    const second = run([tickOf({ at: 3000, revision: null })], comparedStep({ index: 5 }), first);
    expect(second.step).toMatchObject({ index: 5, notWorse: [], compared: 0 });
    expect(second.step?.canary).toEqual({
      requests: 0,
      failed: 0,
      latency: noCounts,
      units: [],
    });
    const harm = (state: JudgeState): number => {
      const guard = state.guards[0];
      return guard?.kind === 'errors' ? (guard.evidence.harm.usual.elapsed ?? -1) : -1;
    };
    expect(harm(second)).toBe(harm(first) + 1);
  });

  it('forgets proof when the route changes within a step', () => {
    const first = run([tick(1000)]);
    const second = run([tick(2000, 9)], comparedStep({ sinceRevision: 9 }), first);
    expect(second.step?.canary.requests).toBe(100);
  });

  it('bets by what it knew before the tick, never by the tick itself', () => {
    const flood = tickOf({
      at: 2000,
      canary: { requests: 100, failed: 50 },
      baseline: { requests: 300, failed: 150 },
    });
    const known = run([tick(1000)]);
    const harmed = run([flood], comparedStep(), known);
    const guard = harmed.guards[0];
    if (guard?.kind !== 'errors') throw new Error('the first guard is for errors');
    expect(harmed.oldErrors.unnamed?.bad).toBeGreaterThan(150);
    const again = run([flood], comparedStep(), { ...known, oldErrors: harmed.oldErrors });
    expect(again.guards[0]).not.toEqual(guard);
  });

  it('freezes latency thresholds at the first exposure', () => {
    const history = tickOf({ at: 1000, baseline: { requests: 200, buckets: { '-100': 200 } } });
    const before = run([history], beforeStep());
    expect(before.guards[1]).toEqual({ kind: 'latency', watches: [] });
    const slow = tickOf({
      at: 2000,
      canary: { requests: 200, buckets: { '-10': 200 } },
      baseline: { requests: 200, buckets: { '-10': 200 } },
    });
    const watches = (state: JudgeState): unknown => {
      const guard = state.guards[1];
      return guard?.kind === 'latency' ? guard.watches.map((watch) => watch.oldBucket) : [];
    };
    const exposed = run([slow], comparedStep(), before);
    expect(watches(exposed)).toEqual([-100, -100, -100, -100]);
    expect(watches(run([slow, slow], comparedStep(), exposed))).toEqual([-100, -100, -100, -100]);
  });

  it('sets thresholds anew at each step, from the old side in the step before', () => {
    const busy = tickOf({ at: 1000, baseline: { requests: 5000, buckets: { '-20': 5000 } } });
    const calm = (at: number): EvidenceTick =>
      tickOf({
        at,
        canary: { requests: 1000, buckets: { '-100': 1000 } },
        baseline: { requests: 1000, buckets: { '-100': 1000 } },
      });
    const oldBuckets = (state: JudgeState): unknown => {
      const guard = state.guards[1];
      return guard?.kind === 'latency' ? guard.watches.map((watch) => watch.oldBucket) : [];
    };
    const first = run([calm(2000)], comparedStep({ index: 4 }), run([busy], beforeStep()));
    expect(oldBuckets(first)).toEqual([-20, -20, -20, -20]);
    const second = run([calm(3000)], comparedStep({ index: 5 }), first);
    expect(oldBuckets(second)).toEqual([-100, -100, -100, -100]);
  });

  it('learns thresholds from the old cohort where history had too little', () => {
    const state = run([tick(1000), tick(2000), tick(3000)]);
    const guard = state.guards[1];
    expect(guard?.kind === 'latency' ? guard.watches.length : 0).toBe(4);
  });

  it('takes a tick that began in the warm-up for one of the warm-up', () => {
    const warming = (at: number, warmupUntil: number): boolean => {
      const guard = run([tick(at)], comparedStep({ warmupUntil })).guards[0];
      return guard?.kind === 'errors' && guard.evidence.harm.warming.elapsed !== null;
    };
    expect(warming(60_000, 60_000)).toBe(true);
    expect(warming(61_000, 60_000)).toBe(false);
  });

  it('takes in mismatches in every mode', () => {
    for (const mode of ['before', 'shadow', 'compared', 'whole'] as const) {
      const found = tickOf({ at: 1000, comparisons: [comparedUnit('a', 3, 1)] });
      expect(run([found], comparedStep({ mode })).failures).toHaveLength(1);
    }
  });

  it('judges no cohort against another at 100 %', () => {
    const state = run([tick(1000)], comparedStep({ mode: 'whole' }));
    expect(state.guards[0]).toEqual(beginJudge(demoConfig).guards[0]);
    expect(state.step?.canary.requests).toBe(100);
  });

  it('knows when the last batch came', () => {
    const state = run([tick(1000), tickOf({ at: 2000, revision: null })]);
    expect(state.newestAt).toBe(1000);
  });

  it('refuses the state of another version and of another policy', () => {
    const state = beginJudge(demoConfig);
    expect(() => run([tick(1000)], comparedStep(), { ...state, version: 99 })).toThrow(
      /version 99/,
    );
    const fewer = { ...demoConfig, guards: demoConfig.guards.slice(1) };
    expect(() => observeTick(state, fewer, tick(1000), comparedStep())).toThrow(
      /errors,latency,mismatches/,
    );
  });
});
