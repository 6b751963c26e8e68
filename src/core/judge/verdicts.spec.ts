import { describe, expect, it } from '@jest/globals';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { harmedJudge } from '../../../test/support/harmed-judge.ts';
import { knownBaseline } from '../../../test/support/known-baseline.ts';
import { errorsProofOf } from '../../../test/support/standing-evidence.ts';
import { noCounts } from '../histogram/bucket-counts.ts';
import { beginBaseline } from './baseline/baseline-state.ts';
import { baselineStreams } from './baseline/baseline-streams.ts';
import type { CohortState, JudgeState, StepState } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { measureGuards } from './measure-guards.ts';
import type { Measurement } from './measurement.ts';
import { freshStep } from './step-state.ts';
import type { Quarantined } from './units/quarantine.ts';

/** Ten seconds after the first evidence of the step. */
const now = 10_000;

function cohort(requests: number, units: number): CohortState {
  const rows = Array.from({ length: units }, (_, row) => row);
  return { requests, failed: 0, latency: noCounts, units: rows };
}

interface Scene {
  readonly step?: Partial<JudgeStep>;
  readonly known?: Partial<StepState>;
  readonly state?: Partial<JudgeState>;
  /** ln of the evidence for harm had its onset been known. */
  readonly recent?: number;
}

/** A step in which all minimums are met and nothing is wrong, unless said otherwise. */
function measured(scene: Scene = {}): readonly Measurement[] {
  const step = comparedStep(scene.step);
  const known: StepState = {
    ...freshStep(step),
    firstAt: 0,
    canary: cohort(400, 40),
    baseline: cohort(1200, 120),
    compared: 500,
    comparedUnits: ['a', 'b', 'c', 'd', 'e'],
    ...scene.known,
  };
  const state: JudgeState = {
    ...harmedJudge({ all: 0, recent: scene.recent ?? 0 }),
    newestAt: now,
    step: known,
    ...scene.state,
  };
  return measureGuards(state, demoConfig, step, now);
}

const verdicts = (scene: Scene): readonly string[] => measured(scene).map(({ verdict }) => verdict);
const errors = (scene: Scene): Measurement | undefined => measured(scene)[0];

describe('suspicion', () => {
  it('waits from 20 to 1 on', () => {
    expect(errors({ recent: Math.log(19.9) })?.verdict).toBe('pass');
    expect(errors({ recent: Math.log(20) })?.verdict).toBe('inconclusive');
    expect(errors({ recent: Math.log(25) })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(
        /^looks worse than tolerated, 25 to 1: waits until it is told; /,
      ),
    });
  });

  it('is of the errors alone, and of two cohorts', () => {
    expect(verdicts({ recent: 9 })).toEqual(['inconclusive', 'pass', 'pass']);
    expect(verdicts({ recent: 9, step: { mode: 'whole' } })).toEqual(['pass', 'pass', 'pass']);
  });

  it('comes before proof', () => {
    const step = { require: 'proven' } as const;
    expect(errors({ recent: Math.log(25), step })?.reason).toMatch(/^looks worse/);
  });
});

describe('proof', () => {
  const step = { require: 'proven' } as const;
  const scene = (odds: number): Scene => ({
    step,
    known: { notWorse: [[errorsProofOf(Math.log(odds))]] },
  });

  // ln 20 took ten seconds; what lacks to ln 100 takes 5.4.
  it('says how much there is of how much, and how long the rest takes', () => {
    expect(errors(scene(20))?.reason).toMatch(
      /^not yet shown to be not worse: evidence 20 to 1 of 100, about 6 s more at this rate; 0% of/,
    );
  });

  it('is complete at 1 / budget', () => {
    expect(errors(scene(99.9))?.verdict).toBe('inconclusive');
    expect(errors(scene(100.1))).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/^shown to be not worse; /),
    });
  });

  it('of no mismatch at all is that enough was compared', () => {
    expect(measured({ step })[2]).toMatchObject({ verdict: 'pass' });
    expect(measured({ step, known: { compared: 199 } })[2]).toMatchObject({
      verdict: 'inconclusive',
    });
  });
});

describe('without two cohorts', () => {
  const stale = { newestAt: now - 60_000 };

  it.each(['before', 'shadow'] as const)(
    'age is no objection to what is not judged: %s',
    (mode) => {
      const known = { canary: cohort(0, 0) };
      expect(verdicts({ step: { mode }, state: stale, known }).slice(0, 2)).toEqual([
        'pass',
        'pass',
      ]);
    },
  );

  it('comparisons are not asked for before there are any', () => {
    const known = { compared: 0, comparedUnits: [] };
    expect(measured({ step: { mode: 'before' }, state: stale, known })[2]).toMatchObject({
      verdict: 'pass',
      reason: 'nothing was compared in this step',
    });
  });

  it('a few requests do at 100 %, where a comparison would ask for more', () => {
    const known = { canary: cohort(3, 1) };
    expect(verdicts({ known })).toEqual(['inconclusive', 'inconclusive', 'pass']);
    expect(verdicts({ known, step: { mode: 'whole', share: 100 } })).toEqual([
      'pass',
      'pass',
      'pass',
    ]);
  });
});

describe('an accusation', () => {
  const accusation = { guard: 'errors', at: 1, logHarm: 5, logWithout: 0, reason: 'why' };

  it('fails its own guard, with all the units that are accused', () => {
    const accused = [
      { ...accusation, unit: 't3' },
      { ...accusation, unit: 't5', reason: 'another' },
    ];
    const [ofErrors, ofLatency] = measured({ state: { accused } });
    expect(ofErrors).toMatchObject({
      verdict: 'fail',
      badUnits: ['t3', 't5'],
      reason: expect.stringMatching(/^why; 0% of 400 requests/),
    });
    expect(ofLatency?.verdict).toBe('pass');
    expect(ofLatency).not.toHaveProperty('badUnits');
  });

  it('says less than a failure', () => {
    const failures = [{ guard: 'errors', at: 1, logHarm: 5, reason: 'all of them' }];
    const accused = [{ ...accusation, unit: 't3' }];
    const failed = errors({ state: { failures, accused } });
    expect(failed?.reason).toMatch(/^all of them; /);
    expect(failed).not.toHaveProperty('badUnits');
  });
});

describe('units that were sent back', () => {
  const failing: Quarantined = {
    unit: 't3',
    at: 0,
    newRequests: 100,
    newFailed: 50,
    oldRequests: 100,
    oldFailed: 50,
    oldUsual: 0,
    seconds: 120,
  };
  const well = { ...failing, unit: 't5', oldFailed: 0 };

  it('are released or confirmed by the errors, and by them alone', () => {
    const [ofErrors, ...others] = measured({ state: { quarantined: [failing, well] } });
    expect(ofErrors).toMatchObject({ releasedUnits: ['t3'], confirmedUnits: ['t5'] });
    for (const other of others) {
      expect(other).not.toHaveProperty('releasedUnits');
      expect(other).not.toHaveProperty('confirmedUnits');
    }
  });

  it('are neither while the probe lasts', () => {
    const probing = { ...failing, seconds: 119 };
    const ofErrors = errors({ state: { quarantined: [probing] } });
    expect(ofErrors).not.toHaveProperty('releasedUnits');
    expect(ofErrors).not.toHaveProperty('confirmedUnits');
  });
});

describe('the old side beside its past', () => {
  const streams = baselineStreams(demoConfig);

  it('is measured last, where its past is known', () => {
    const baseline = { ...beginBaseline(streams), touched: knownBaseline(streams) };
    const all = measured({ state: { baseline } });
    expect(all.map(({ guard }) => guard)).toEqual(['errors', 'latency', 'reads', 'baseline']);
    expect(all[3]).toMatchObject({ verdict: 'pass', advisory: true, newestAt: now });
    expect(measured()).toHaveLength(3);
  });
});

describe('a state of another judge', () => {
  it('is refused', () => {
    expect(() => measured({ state: { version: 1 } })).toThrow('version 1;');
    expect(() => measured({ state: { guards: [] } })).toThrow('not for those of this policy');
  });
});
