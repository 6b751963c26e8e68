import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { comparedUnit, tickOf } from '../../../test/support/judged-ticks.ts';
import type { ComparisonCounts } from '../protocol/evidence.ts';
import { beginJudge, measureGuards, observeTick } from './judge.ts';
import type { JudgeConfig } from './judge-config.ts';
import type { JudgeStep } from './judge-step.ts';
import type { Measurement } from './measurement.ts';

const fast = { '-134': 100 };

interface Scene {
  readonly step?: Partial<JudgeStep>;
  readonly minimum?: JudgeConfig['evidence']['minimum'];
  readonly requests?: number;
  readonly units?: readonly [canary: number, baseline: number];
  readonly comparisons?: readonly ComparisonCounts[];
  readonly ticks?: number;
  readonly history?: number;
}

/** One step of some seconds, each with the same traffic, measured at its end. */
function measured(scene: Scene): readonly Measurement[] {
  const { requests = 400, units = [40, 120], ticks = 1, comparisons = [] } = scene;
  const minimum = scene.minimum ?? { requests: 100, units: 'auto' };
  const config = { ...demoConfig, evidence: { ...demoConfig.evidence, minimum } };
  const step = comparedStep(scene.step);
  const past = scene.history ?? units[0] + units[1];
  const history = tickOf({
    at: 0,
    baseline: { requests: past, units: past, buckets: { '-134': 500 } },
  });
  let state = observeTick(beginJudge(config), config, history, beforeStep());
  for (let i = 1; i <= ticks; i += 1) {
    const tick = tickOf({
      at: i * 1000,
      canary: { requests, units: units[0], buckets: fast },
      baseline: { requests: 600, units: units[1], buckets: fast },
      comparisons,
    });
    state = observeTick(state, config, tick, step);
  }
  return measureGuards(state, config, step, ticks * 1000);
}

function errors(scene: Scene): Measurement {
  return measured(scene)[0] as Measurement;
}

function reads(scene: Scene): Measurement {
  return measured(scene)[2] as Measurement;
}

describe('an unacknowledged route', () => {
  it('leaves everything open', () => {
    const { verdict, reason } = errors({ step: { sinceRevision: null } });
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(/not every instance has acknowledged this step's route yet/);
  });
});

describe('the minimum of requests', () => {
  it('is inconclusive until it is met, and says how long that takes', () => {
    const few = errors({ requests: 100, minimum: { requests: 300, units: 'auto' }, ticks: 2 });
    expect(few.verdict).toBe('inconclusive');
    expect(few.reason).toMatch(/^200 of 300 requests on the new side, about 1 s more at this rate/);
    const enough = errors({ requests: 100, minimum: { requests: 300, units: 'auto' }, ticks: 3 });
    expect(enough.verdict).toBe('pass');
  });

  it('counts minutes where it takes long, and gives up where it takes for ever', () => {
    const slow = errors({ requests: 1, units: [1, 1], minimum: { requests: 1000, units: 1 } });
    expect(slow.reason).toMatch(/about 17 min more at this rate/);
    const never = errors({ requests: 1, units: [1, 1], minimum: { requests: 1e7, units: 1 } });
    expect(never.reason).toMatch(/out of reach at this rate/);
  });

  it('does not bind a ring', () => {
    const ring = { share: 0, ringUnits: 2 };
    const scene = { requests: 4, units: [2, 100], minimum: { requests: 1000, units: 20 } } as const;
    expect(errors({ ...scene, step: ring }).verdict).toBe('pass');
    expect(errors(scene).verdict).toBe('inconclusive');
  });
});

describe('the minimum of units', () => {
  it('counts the smaller cohort', () => {
    const minimum = { requests: 100, units: 5 };
    expect(errors({ minimum, units: [5, 90] }).verdict).toBe('pass');
    expect(errors({ minimum, units: [4, 90] }).verdict).toBe('inconclusive');
    expect(errors({ minimum, units: [90, 4], step: { share: 95 } }).reason).toMatch(
      /^4 of 5 units active in the smaller cohort/,
    );
  });

  it.each([
    ['half of what the smaller cohort should have', 25, 100, [12, 80], [11, 80]],
    ['the same from the other end', 75, 100, [80, 12], [80, 11]],
    ['at most twenty', 50, 1000, [20, 400], [19, 400]],
  ] as const)('is by default %s', (_, share, history, enough, few) => {
    expect(errors({ step: { share }, history, units: enough }).verdict).toBe('pass');
    expect(errors({ step: { share }, history, units: few }).verdict).toBe('inconclusive');
  });

  it('is by default at least one', () => {
    expect(errors({ step: { share: 5 }, history: 10, units: [1, 9] }).verdict).toBe('pass');
  });

  it('asks a ring for no more units than it has', () => {
    const minimum = { requests: 1, units: 20 };
    expect(errors({ minimum, units: [3, 90], step: { ringUnits: 3 } }).verdict).toBe('pass');
    expect(errors({ minimum, units: [2, 90], step: { ringUnits: 3 } }).verdict).toBe(
      'inconclusive',
    );
  });
});

describe('proof', () => {
  const proven = { require: 'proven', share: 50 } as const;

  it('is inconclusive until the evidence is enough, and says how much is missing', () => {
    const scene = { step: proven, requests: 120, units: [60, 60] } as const;
    const early = errors(scene);
    expect(early.verdict).toBe('inconclusive');
    expect(early.reason).toMatch(
      /not yet shown to be not worse: evidence .* to 1 of 100, about \d+ s more/,
    );
    const late = errors({ ...scene, ticks: 10 });
    expect(late.verdict).toBe('pass');
    expect(late.reason).toMatch(/^shown to be not worse/);
    expect(late.logNotWorse).toBeGreaterThan(Math.log(100));
  });

  it('is not asked for where the step does not', () => {
    expect(errors({ requests: 120, units: [60, 60], step: { share: 50 } }).verdict).toBe('pass');
  });

  it('is not asked of a ring: it must only not disprove', () => {
    const step = { require: 'proven', ringUnits: 2, share: 0 } as const;
    expect(errors({ step, requests: 4, units: [2, 100] }).verdict).toBe('pass');
  });
});

describe('comparisons', () => {
  const shadow = { mode: 'shadow' } as const;
  const units = (count: number, each: number): ComparisonCounts[] =>
    Array.from({ length: count }, (_, index) => comparedUnit(`u${index}`, each));

  it('are asked for in shadow', () => {
    expect(reads({ step: shadow })).toMatchObject({ verdict: 'noData' });
    expect(reads({ step: shadow, comparisons: units(10, 10) }).verdict).toBe('inconclusive');
    expect(reads({ step: shadow, comparisons: units(10, 10) }).reason).toMatch(
      /^100 of 200 comparisons, about 1 s more at this rate/,
    );
    expect(reads({ step: shadow, comparisons: units(10, 10), ticks: 2 }).verdict).toBe('pass');
  });

  it('must be of enough units', () => {
    const { verdict, reason } = reads({ step: shadow, comparisons: units(4, 100) });
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(/^comparisons of 4 of 5 units/);
  });

  it('are asked for where proof is, and only there, once units are on the new side', () => {
    const comparisons = units(5, 1);
    expect(reads({ comparisons }).verdict).toBe('pass');
    expect(reads({ comparisons, step: { require: 'proven' } }).verdict).toBe('inconclusive');
    expect(reads({ comparisons, step: { mode: 'whole', require: 'proven' } }).verdict).toBe('pass');
  });
});
