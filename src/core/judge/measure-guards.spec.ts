import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { comparedUnit, tickOf } from '../../../test/support/judged-ticks.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import { beginJudge, type JudgeState, measureGuards, observeTick } from './judge.ts';
import type { JudgeConfig } from './judge-config.ts';
import type { JudgeStep } from './judge-step.ts';
import type { Measurement } from './measurement.ts';

const fast = { '-134': 1000, '-100': 100, '-90': 5 };

/** A second of healthy traffic on both sides. */
function healthy(at: number, changes: Partial<EvidenceTick> = {}): EvidenceTick {
  const cohorts = {
    canary: { requests: 200, units: 40, buckets: fast },
    baseline: { requests: 600, units: 120, buckets: fast },
  };
  return { ...tickOf({ at, ...cohorts }), ...changes };
}

const clean = Array.from({ length: 10 }, (_, index) => comparedUnit(`canary-${index}`, 5));

interface Scene {
  readonly step?: JudgeStep;
  readonly config?: JudgeConfig;
  readonly state?: JudgeState;
}

function observe(ticks: readonly EvidenceTick[], scene: Scene = {}): JudgeState {
  const { step = comparedStep(), config = demoConfig, state = beginJudge(config) } = scene;
  return ticks.reduce((next, tick) => observeTick(next, config, tick, step), state);
}

function measure(
  ticks: readonly EvidenceTick[],
  now: number,
  scene: Scene = {},
): readonly Measurement[] {
  const { step = comparedStep(), config = demoConfig } = scene;
  return measureGuards(observe(ticks, scene), config, step, now);
}

function of(name: string, measurements: readonly Measurement[]): Measurement {
  const found = measurements.find((measurement) => measurement.guard === name);
  if (found === undefined) throw new Error(`no measurement of ${name}`);
  return found;
}

const seconds = (count: number, changes: Partial<EvidenceTick> = {}): EvidenceTick[] =>
  Array.from({ length: count }, (_, i) => healthy((i + 1) * 1000, changes));

describe('measureGuards: pass', () => {
  it('measures every compare guard in the order of the policy', () => {
    expect(measure(seconds(5), 5000).map(({ guard }) => guard)).toEqual([
      'errors',
      'latency',
      'reads',
    ]);
  });

  it('passes what is healthy, with the figures of both sides', () => {
    const errors = of('errors', measure(seconds(5), 5000));
    expect(errors).toMatchObject({
      kind: 'compare',
      verdict: 'pass',
      canary: 0,
      baseline: 0,
      limit: 0.02,
      unit: 'ratio',
      samples: { canary: 1000, baseline: 3000, units: 40 },
      newestAt: 5000,
    });
    expect(errors.reason).toMatch(/^no harm seen; 0% of 1,000 requests failed on the new side/);
    expect(errors.logHarm).toBeLessThan(0.1);
  });

  it('shows the latency quantile with the most evidence for harm, and its limit', () => {
    const latency = of('latency', measure(seconds(5), 5000));
    expect(latency).toMatchObject({ verdict: 'pass', unit: 'seconds' });
    expect(latency.reason).toMatch(/p\d+ is .* on the new side, .* on the old; .* is tolerated/);
    expect(latency.canary).toBeCloseTo(latency.baseline ?? 0, 12);
    expect(latency.limit).toBeGreaterThan(latency.canary ?? Infinity);
  });

  it('passes mismatches unasked where none was found, and says whether any read was compared', () => {
    expect(of('reads', measure(seconds(1), 1000)).reason).toBe('nothing was compared in this step');
    const compared = of('reads', measure(seconds(2, { comparisons: clean }), 2000));
    expect(compared).toMatchObject({ verdict: 'pass', canary: 0, limit: 0, unit: 'count' });
    expect(compared.reason).toBe('no harm seen; no mismatch in 100 comparisons of 10 units');
  });

  it.each([
    ['before', 'nobody is on the new side'],
    ['shadow', 'nobody is on the new side'],
    ['whole', 'no baseline at 100 %'],
  ] as const)('does not judge cohorts in mode %s, and says so', (mode, why) => {
    const step = comparedStep({ mode });
    const measurements = measure(seconds(5), 5000, { step });
    for (const name of ['errors', 'latency']) {
      expect(of(name, measurements)).toMatchObject({
        verdict: 'pass',
        reason: expect.stringContaining(`not judged in this step: ${why}`),
      });
    }
  });
});

describe('measureGuards: fail', () => {
  const bad = (at: number): EvidenceTick =>
    tickOf({
      at,
      canary: { requests: 200, failed: 60, units: 40, buckets: fast },
      baseline: { requests: 600, units: 120, buckets: fast },
    });

  it('fails the guard that has the evidence; the others keep their own verdicts', () => {
    const measurements = measure([...seconds(3), bad(4000), bad(5000)], 5000);
    expect(of('errors', measurements).verdict).toBe('fail');
    expect(of('errors', measurements).reason).toMatch(
      /evidence for harm .* to 1, 100 is too much; 1/,
    );
    expect(of('latency', measurements).verdict).toBe('pass');
    expect(of('reads', measurements).verdict).toBe('pass');
  });

  it('stays failed when the harm is over, the step has changed, and evidence has stopped', () => {
    const failed = observe([...seconds(3), bad(4000), bad(5000)]);
    const step = comparedStep({ index: 5 });
    const later = observe(
      seconds(30).map((tick) => ({ ...tick, at: tick.at + 5000 })),
      { state: failed, step },
    );
    expect(of('errors', measureGuards(later, demoConfig, step, 900_000)).verdict).toBe('fail');
  });

  it('fails latency by its own evidence', () => {
    const history = observe([healthy(1000)], { step: beforeStep() });
    const slow = tickOf({
      at: 2000,
      canary: { requests: 200, units: 40, buckets: { ...fast, '0': 300 } },
      baseline: { requests: 600, units: 120, buckets: fast },
    });
    const measurements = measure([slow, { ...slow, at: 3000 }], 3000, { state: history });
    expect(of('latency', measurements).verdict).toBe('fail');
    expect(of('errors', measurements).verdict).toBe('pass');
  });

  it('fails at one confirmed mismatch, in shadow already', () => {
    const found = [
      tickOf({ at: 1000, comparisons: [comparedUnit('a', 300), comparedUnit('b', 9, 1)] }),
    ];
    const step = comparedStep({ mode: 'shadow' });
    expect(of('reads', measure(found, 1000, { step }))).toMatchObject({
      verdict: 'fail',
      canary: 1,
    });
  });
});

describe('measureGuards: noData', () => {
  it('is what it says before any evidence', () => {
    const [errors, latency] = measure([], 1000);
    expect(errors).toMatchObject({ verdict: 'noData', newestAt: null, canary: null });
    expect(errors?.reason).toBe('no evidence has arrived yet');
    expect(latency?.verdict).toBe('noData');
  });

  it('follows three seconds without evidence, in every guard and also at 100 %', () => {
    expect(of('errors', measure(seconds(5), 8000)).verdict).toBe('pass');
    for (const mode of ['compared', 'whole'] as const) {
      const stale = measure(seconds(5), 8001, { step: comparedStep({ mode }) });
      expect(stale.map(({ verdict }) => verdict)).toEqual(['noData', 'noData', 'noData']);
    }
    expect(of('errors', measure(seconds(5), 25_000)).reason).toMatch(
      /evidence is 20 s old, 3 s is fresh/,
    );
  });

  it('is lifted by fresh evidence', () => {
    const later = healthy(60_000);
    expect(of('errors', measure([...seconds(5), later], 60_000)).verdict).toBe('pass');
  });

  it('is a step in which nobody called the new side', () => {
    const onlyOld = tickOf({ at: 6000, baseline: { requests: 600, units: 120 } });
    const step = comparedStep({ index: 5 });
    const [errors] = measure([onlyOld], 6000, { state: observe(seconds(5)), step });
    expect(errors).toMatchObject({ verdict: 'noData' });
    expect(errors?.reason).toMatch(/no request on the new side in this step yet/);
  });

  it('is less than half of the expected requests for two minutes', () => {
    const history = observe(
      [tickOf({ at: 0, baseline: { requests: 600, units: 120 } })].map((tick) => ({
        ...tick,
        units: [
          ...tick.units,
          { unit: 'canary-0', cohort: 'baseline' as const, requests: 200, failed: 0 },
        ],
      })),
      { step: beforeStep() },
    );
    const starved = Array.from({ length: 170 }, (_, i) =>
      tickOf({
        at: (i + 1) * 1000,
        canary: { requests: 20, buckets: fast },
        baseline: { requests: 600, units: 120, buckets: fast },
      }),
    );
    const one = {
      ...demoConfig,
      evidence: { ...demoConfig.evidence, minimum: { requests: 100, units: 1 } },
    };
    const early = of(
      'errors',
      measure(starved.slice(0, 100), 100_000, { state: history, config: one }),
    );
    const late = of('errors', measure(starved, 170_000, { state: history, config: one }));
    expect(early.verdict).toBe('pass');
    expect(late.verdict).toBe('noData');
    expect(late.reason).toMatch(
      /only 10% of the expected new-side requests arrive, for 1\d\d s now/,
    );
  });
});
