import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { binomial, poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import { beginJudge, type JudgeState, measureGuards, observeTick } from './judge.ts';
import type { JudgeConfig } from './judge-config.ts';
import type { JudgeStep } from './judge-step.ts';
import type { Measurement } from './measurement.ts';

/** The default tolerance: of one unit's failures one in five seconds counts, so a wide one hides it. */
const strict: JudgeConfig = {
  ...demoConfig,
  guards: [{ name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.0005 } }],
  evidence: { ...demoConfig.evidence, minimum: { requests: 100, units: 1 } },
};

interface Play {
  readonly seconds: number;
  readonly canary: number;
  readonly failing: (unit: string, isNew: boolean) => number;
  readonly step?: JudgeStep;
  readonly config?: JudgeConfig;
}

/** Forty units with five requests a second each, seen for as long as is asked. */
class Run {
  readonly #random = seededRandom(9);
  #at = 0;
  state: JudgeState;

  constructor(config = strict) {
    this.state = beginJudge(config);
  }

  play({ seconds, canary, failing, step = comparedStep(), config = strict }: Play): this {
    const home = new Set(step.quarantined ?? []);
    for (let second = 0; second < seconds; second += 1) {
      this.#at += 1000;
      const units = Array.from({ length: 40 }, (_, index) => {
        const unit = `t${index}`;
        const isNew = index < canary && !home.has(unit);
        const requests = poisson(5, this.#random);
        const failed = binomial(requests, failing(unit, isNew), this.#random);
        return { unit, cohort: isNew ? 'canary' : 'baseline', requests, failed } as const;
      });
      const tick: EvidenceTick = {
        at: this.#at,
        revision: 1,
        seconds: 1,
        units,
        latency: [],
        comparisons: [],
      };
      this.state = observeTick(this.state, config, tick, step);
    }
    return this;
  }

  errors(step = comparedStep(), config = strict): Measurement {
    const [errors] = measureGuards(this.state, config, step, this.#at);
    if (errors === undefined) throw new Error('the first guard is for errors');
    return errors;
  }
}

const nothing = (): number => 0.0005;
const harmOf =
  (...broken: readonly string[]) =>
  (unit: string, isNew: boolean): number =>
    isNew && broken.includes(unit) ? 0.8 : 0.0005;
const sick = (unit: string): number => (unit === 't3' ? 0.8 : 0.0005);

function begun(): Run {
  return new Run().play({ seconds: 60, canary: 0, failing: nothing, step: beforeStep() });
}

describe('one bad unit', () => {
  it('fails alone, and is named', () => {
    const run = begun().play({ seconds: 60, canary: 10, failing: harmOf('t3') });
    expect(run.errors()).toMatchObject({ verdict: 'fail', badUnits: ['t3'] });
    expect(run.errors().reason).toMatch(/without unit t3 it is .* to 1/);
    expect(run.state.failures).toEqual([]);
  });

  it('is listed as unlike its past, where enough of that is known', () => {
    const config = { ...strict, evidence: { ...strict.evidence, historyMs: 1_800_000 } };
    const run = new Run(config)
      .play({ seconds: 1860, canary: 0, failing: nothing, step: beforeStep(), config })
      .play({ seconds: 420, canary: 10, failing: harmOf('t3'), config });
    expect(run.errors(comparedStep(), config)).toMatchObject({ harmedUnits: ['t3'] });
    expect(run.errors(comparedStep(), config).reason).toContain('struck t3');
  });

  it('fails the rollout where all units are harmed', () => {
    const harm = (_: string, isNew: boolean): number => (isNew ? 0.15 : 0.0005);
    const run = begun().play({ seconds: 30, canary: 10, failing: harm });
    expect(run.errors().verdict).toBe('fail');
    expect(run.errors()).not.toHaveProperty('badUnits');
  });

  it.each([
    ['in a ring', 10, comparedStep({ ringUnits: 10 }), strict],
    ['among four', 4, comparedStep(), strict],
    [
      'where evidence names buckets',
      10,
      comparedStep(),
      { ...strict, source: { tier: 'bucket', intervalMs: 1000 } } as const,
    ],
  ])('is the failure of the rollout %s', (_, canary, step, config) => {
    const run = begun().play({ seconds: 60, canary, failing: harmOf('t3'), step, config });
    expect(run.errors(step, config).verdict).toBe('fail');
    expect(run.errors(step, config)).not.toHaveProperty('badUnits');
  });
});

describe('a unit that was sent back', () => {
  const step = comparedStep({ quarantined: ['t3'] });

  it('takes its evidence with it, and the rollout goes on', () => {
    const run = begun().play({ seconds: 60, canary: 10, failing: harmOf('t3') });
    const before = run.errors().logHarm ?? 0;
    run.play({ seconds: 20, canary: 10, failing: harmOf('t3'), step });
    expect(before).toBeGreaterThan(Math.log(100));
    expect(run.errors(step).verdict).toBe('pass');
    expect(run.errors(step).logHarm).toBeLessThan(1);
  });

  it('takes its failures out of the figures, which say so and name it', () => {
    const run = begun().play({ seconds: 60, canary: 10, failing: harmOf('t3') });
    const before = run.errors();
    expect(before.canary).toBeGreaterThan(0.05);
    expect(before.ratio?.ratio).toBeGreaterThan(20);
    run.play({ seconds: 20, canary: 10, failing: harmOf('t3'), step });
    const { canary, limit, samples, ratio, reason, verdict } = run.errors(step);
    expect(verdict).toBe('pass');
    expect(canary).toBeLessThan(limit ?? 0);
    expect(ratio?.ratio ?? 0).toBeLessThan(5);
    const [, failed = '', made = ''] =
      /; without t3, sent back alone: (\d+) of its (\d+) requests failed$/.exec(reason) ?? [];
    expect(Number(failed) / Number(made)).toBeGreaterThan(0.7);
    expect(samples.canary).toBe((run.state.step?.canary.requests ?? 0) - Number(made));
  });

  it('counts for neither side while its late requests still reach the new one', () => {
    const run = begun().play({ seconds: 20, canary: 10, failing: harmOf('t3'), step });
    const late: EvidenceTick = {
      at: 90_000,
      revision: 1,
      seconds: 1,
      units: [{ unit: 't3', cohort: 'canary', requests: 50, failed: 50 }],
      latency: [],
      comparisons: [],
    };
    const after = observeTick(run.state, strict, late, step);
    expect(after.step?.canary.requests).toBe(run.state.step?.canary.requests);
    expect(after.accused).toEqual([]);
  });

  it('does not hide the next one', () => {
    const run = begun().play({ seconds: 60, canary: 10, failing: harmOf('t3') });
    run.play({ seconds: 90, canary: 10, failing: harmOf('t3', 't5'), step });
    expect(run.errors(step)).toMatchObject({ verdict: 'fail', badUnits: ['t5'] });
  });

  it('is confirmed when it is well on the old side, released when it is not', () => {
    const harmed = begun().play({ seconds: 60, canary: 10, failing: harmOf('t3') });
    harmed.play({ seconds: 100, canary: 10, failing: harmOf('t3'), step });
    expect(harmed.errors(step)).not.toHaveProperty('confirmedUnits');
    harmed.play({ seconds: 25, canary: 10, failing: harmOf('t3'), step });
    expect(harmed.errors(step)).toMatchObject({ verdict: 'pass', confirmedUnits: ['t3'] });
    const struck = begun().play({ seconds: 30, canary: 10, failing: sick });
    struck.play({ seconds: 125, canary: 10, failing: sick, step });
    expect(struck.errors(step)).toMatchObject({ verdict: 'pass', releasedUnits: ['t3'] });
  });

  it('is forgotten once it is no longer held back', () => {
    const run = begun().play({ seconds: 130, canary: 10, failing: sick, step });
    run.play({ seconds: 1, canary: 10, failing: nothing });
    expect(run.state.quarantined).toEqual([]);
  });
});

describe('the state', () => {
  it('goes on to the last bit after it was written and read back, whatever was left out when', () => {
    const scenes: readonly Play[] = [
      { seconds: 70, canary: 0, failing: nothing, step: beforeStep() },
      { seconds: 60, canary: 10, failing: harmOf('t3') },
      {
        seconds: 40,
        canary: 12,
        failing: harmOf('t3'),
        step: comparedStep({ quarantined: ['t3'] }),
      },
      { seconds: 70, canary: 20, failing: nothing, step: comparedStep({ index: 5 }) },
    ];
    const evidence = { ...strict.evidence, historyMs: 3_600_000 };
    const config = { ...strict, evidence };
    const [straight, stored] = [new Run(), new Run()];
    for (const scene of scenes) {
      straight.play({ ...scene, config });
      for (let second = 0; second < scene.seconds; second += 1) {
        stored.state = JSON.parse(JSON.stringify(stored.state)) as JudgeState;
        stored.play({ ...scene, seconds: 1, config });
      }
      expect(JSON.stringify(stored.state)).toBe(JSON.stringify(straight.state));
    }
  });
});
