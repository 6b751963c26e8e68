import { describe, expect, it } from '@jest/globals';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { judgingOf } from '../../../test/support/judging.ts';
import { standingAt } from '../../../test/support/standing-evidence.ts';
import { bucketCounts } from '../histogram/bucket-counts.ts';
import type { BucketLayout } from '../histogram/bucket-layout.ts';
import type { JudgeStep } from './judge-step.ts';
import type { EProcess } from '../statistics/e-process.ts';
import { freshDurations } from './durations.ts';
import type { Figures } from './figures-of-errors.ts';
import { figuresOfLatency } from './figures-of-latency.ts';
import { beginJudge, type CohortState } from './judge-state.ts';
import { freezeWatches, type LatencyWatch } from './latency-watch.ts';

/** Buckets of 0 to 100 ms, to 200 ms, to 400 ms, to 800 ms, and longer. */
const layout: BucketLayout = { kind: 'explicit', bounds: [0.1, 0.2, 0.4, 0.8] };

const tolerate = [{ quantile: 0.5, part: 0.5, atLeastMs: 0 }];
const history = { ...freshDurations, layout, history: [bucketCounts({ 0: 500, 1: 500 })] };
const [template] = freezeWatches({ name: 'latency', compare: 'latency', tolerate }, history);

/** A watch with so much evidence for harm, ln, held to 200 ms. */
function watch(quantile: number, harm: number, changes: Partial<LatencyWatch> = {}): LatencyWatch {
  if (template === undefined) throw new Error('the history sets a limit');
  const process = standingAt(harm, 0.2);
  return {
    ...template,
    quantile,
    limitBucket: 1,
    ratio: 1,
    harm: process,
    catastrophe: process,
    ...changes,
  };
}

/** Two processes for "not worse", each of which stands at `log`. */
function proof(log: number): readonly EProcess[] {
  return [standingAt(log, 0.9), standingAt(log, 0.9)];
}

const nobody: CohortState = { requests: 0, failed: 0, latency: bucketCounts({}), units: [] };
/** p50 is 300 ms, p90 380 ms, p99 398 ms. */
const canary: CohortState = { ...nobody, latency: bucketCounts({ 2: 1000 }), units: [0, 1, 2] };
/** p50 is 150 ms, p90 190 ms, p99 199 ms. */
const baseline: CohortState = { ...nobody, latency: bucketCounts({ 1: 4000 }) };

interface Scene {
  readonly canary?: CohortState;
  readonly baseline?: CohortState;
  readonly step?: Partial<JudgeStep>;
  readonly notWorse?: readonly EProcess[];
}

function figures(watches: readonly LatencyWatch[], scene: Scene = {}): Figures {
  const { notWorse = [] } = scene;
  const known = { canary: scene.canary ?? canary, baseline: scene.baseline ?? baseline };
  const state = { ...beginJudge(demoConfig), durations: { ...freshDurations, layout } };
  const step = comparedStep(scene.step);
  return figuresOfLatency(judgingOf(known, { state, step }), watches, notWorse);
}

describe('a quantile', () => {
  it('stands beside the old one and what is tolerated', () => {
    const shown = figures([watch(0.5, 1)]);
    expect(shown).toMatchObject({
      unit: 'seconds',
      samples: { canary: 1000, baseline: 4000, units: 3 },
      limit: 0.2,
      seen: 'p50 is 300 ms on the new side, 150 ms on the old; 200 ms is tolerated',
    });
    expect(shown.canary).toBeCloseTo(0.3, 12);
    expect(shown.baseline).toBeCloseTo(0.15, 12);
  });

  it('stands beside more operations where no bucket ends within the tolerance', () => {
    expect(figures([watch(0.5, 1, { ratio: 1.25 })]).seen).toBe(
      'p50 is 300 ms on the new side, 150 ms on the old; 25% more operations beyond 200 ms are ' +
        'tolerated, since these buckets have no bound within the tolerance',
    );
  });

  it('stands alone where the old side has none', () => {
    const { seen, baseline: old } = figures([watch(0.5, 1)], { baseline: nobody });
    expect(seen).toBe('p50 is 300 ms on the new side; 200 ms is tolerated');
    expect(old).toBeNull();
  });

  it('is not spoken of where the new side has none', () => {
    expect(figures([watch(0.5, 1)], { canary: nobody })).toMatchObject({ canary: null, seen: '' });
  });
});

describe('of several quantiles', () => {
  it('the one with most evidence for harm is shown', () => {
    const watches = [watch(0.5, 1), watch(0.9, 3), watch(0.99, 2)];
    expect(figures(watches).seen).toMatch(/^p90 is 380 ms/);
    expect(figures(watches.toReversed()).seen).toMatch(/^p90 is 380 ms/);
  });

  it('the tail beyond those that are named is shown from evidence of 10 to 1 on', () => {
    const tail = (odds: number): LatencyWatch => watch(0.999, Math.log(odds), { isNamed: false });
    expect(figures([watch(0.5, 1), tail(9.9)]).seen).toMatch(/^p50 /);
    expect(figures([watch(0.5, 1), tail(10.1)]).seen).toMatch(/^p99\.9 /);
  });

  describe('where proof is asked for', () => {
    const step = { require: 'proven' } as const;
    const watches = [watch(0.5, -0.1), watch(0.9, -0.15), watch(0.99, -0.05)];
    const notWorse = [...proof(2), ...proof(1), ...proof(3)];

    it('the one with least of it is shown', () => {
      const { seen, logNotWorse } = figures(watches, { step, notWorse });
      expect(seen).toMatch(/^p90 /);
      expect(logNotWorse).toBeCloseTo(1, 12);
    });

    it('harm is shown first', () => {
      const harmed = [watch(0.5, 0.1), ...watches.slice(1)];
      expect(figures(harmed, { step, notWorse }).seen).toMatch(/^p50 /);
    });

    it('the tail needs none', () => {
      const tail = watch(0.999, Math.log(11), { isNamed: false });
      const { seen, logNotWorse } = figures([watch(0.5, -0.1), tail], { step, notWorse: proof(2) });
      expect(seen).toMatch(/^p99\.9 /);
      expect(logNotWorse).toBeCloseTo(2, 12);
    });
  });

  it('is the one with most evidence for harm while no proof is asked for', () => {
    const notWorse = [...proof(1), ...proof(2)];
    expect(figures([watch(0.5, -0.15), watch(0.9, -0.1)], { notWorse }).seen).toMatch(/^p90 /);
  });

  it('the guard has the average evidence for harm and the least for "not worse"', () => {
    const watches = [watch(0.5, Math.log(1)), watch(0.9, Math.log(3))];
    const { logHarm, logNotWorse } = figures(watches, { notWorse: [...proof(2), ...proof(1)] });
    expect(logHarm).toBeCloseTo(Math.log(2), 12);
    expect(logNotWorse).toBeCloseTo(1, 12);
  });
});

describe('without limits', () => {
  it('nothing is known', () => {
    expect(figures([])).toEqual({
      canary: null,
      baseline: null,
      limit: null,
      unit: 'seconds',
      samples: { canary: 1000, baseline: 4000, units: 3 },
      logHarm: 0,
      logNotWorse: 0,
      seen: 'too few old-side durations are known to set limits',
    });
  });

  it('nothing is known of the tail alone either, until it looks harmed', () => {
    expect(figures([watch(0.999, 1, { isNamed: false })]).limit).toBeNull();
  });
});
