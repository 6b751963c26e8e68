import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../../test/support/judged-policy.ts';
import { knownBaseline } from '../../../../test/support/known-baseline.ts';
import type { BucketLayout } from '../../histogram/bucket-layout.ts';
import type { Measurement } from '../measurement.ts';
import { type BaselineHarm, type BaselineState, beginBaseline } from './baseline-state.ts';
import { baselineStreams } from './baseline-streams.ts';
import { measureBaseline } from './measure-baseline.ts';

const streams = baselineStreams(demoConfig);
const layout: BucketLayout = { kind: 'explicit', bounds: [0.1, 0.2, 0.4] };

const reference = knownBaseline(streams);
const touched: Partial<BaselineState> = { touched: reference };

interface Scene {
  readonly harm?: Partial<BaselineHarm>;
  readonly total?: number;
  readonly bad?: number;
  readonly episodes?: number;
  readonly now?: number;
  readonly known?: Partial<BaselineState>;
}

/** A finding at 200 to 1 on the errors of writes, unless said otherwise, with counts of late. */
function found(scene: Scene): Measurement | null {
  const { total = 400, bad = 20, episodes = 1, now = 0, known = touched } = scene;
  const harm: BaselineHarm = {
    stream: 1,
    since: 'touched',
    at: 0,
    logHarm: Math.log(200),
    calmSeconds: 0,
    ...scene.harm,
  };
  const place = harm.stream + (harm.since === 'touched' ? 0 : streams.length);
  const only = (value: number): number[] =>
    Array.from({ length: 2 * streams.length }, (_, at) => (at === place ? value : 0));
  const state = { ...beginBaseline(streams), layout, harm, episodes, ...known };
  return measureBaseline(
    { ...state, recentTotal: only(total), recentBad: only(bad) },
    demoConfig,
    comparedStep(),
    now,
  );
}

const worse = 'the old side is worse than before the schema was touched: evidence 200 to 1';

describe('a finding', () => {
  it('says since when, how bad it is of late and what would be as before, and never acts', () => {
    expect(found({})).toEqual({
      guard: 'baseline',
      kind: 'compare',
      advisory: true,
      verdict: 'fail',
      canary: null,
      baseline: 0.05,
      limit: 0.01 * 1.1 + 0.02,
      unit: 'ratio',
      samples: { canary: 0, baseline: 400, units: 0 },
      logHarm: expect.closeTo(0, 12),
      logNotWorse: null,
      newestAt: null,
      reason: `${worse}; 5% of writes fail on the old side, 3.1% would be as before`,
    });
  });

  it.each([
    [0, 'reads fail on the old side, 3.1% would be as before'],
    [1, 'writes fail on the old side, 3.1% would be as before'],
    [2, 'operations fail on the old side, 3.1% would be as before'],
    [3, 'reads take longer than 200 ms on the old side, 50% would be as before (p50)'],
    [8, 'writes take longer than 200 ms on the old side, 50% would be as before (p99)'],
  ])('names the operation and the quantile: stream %d', (stream, words) => {
    expect(found({ harm: { stream } })?.reason).toBe(`${worse}; 5% of ${words}`);
  });

  it('counts from the step where that is what it is worse than', () => {
    const known = { touched: null, atStep: reference };
    expect(found({ harm: { since: 'step' }, known })).toMatchObject({
      baseline: 0.05,
      reason:
        'the old side is worse than before this step: evidence 200 to 1; ' +
        '5% of writes fail on the old side, 3.1% would be as before',
    });
  });

  it('allows for what a service may move by itself in the time that has passed', () => {
    // Half an hour at 0.5 per hour: 1.1 × 1 % × e^0.25 + 2 %.
    expect(found({ now: 1_800_000 })?.limit).toBeCloseTo(0.03412, 5);
  });

  it('has no figures while the old side does next to nothing', () => {
    expect(found({ total: 0.9, bad: 0.9 })).toMatchObject({
      baseline: null,
      limit: null,
      samples: { baseline: 0 },
      reason: worse,
    });
    expect(found({ total: 1, bad: 1 })).toMatchObject({ baseline: 1, samples: { baseline: 1 } });
  });

  it.each([
    [0.4, 1, 'back within it for 0 s of 60 s'],
    [12.7, 1, 'back within it for 12 s of 60 s'],
    [59.9, 2, 'back within it for 59 s of 120 s'],
    [100, 9, 'back within it for 100 s of 3600 s'],
  ])('tells %d calm seconds in the finding number %d', (calmSeconds, episodes, words) => {
    expect(found({ harm: { calmSeconds }, episodes })?.reason).toMatch(
      new RegExp(`as before; ${words}$`),
    );
  });
});

describe('without a finding', () => {
  const peace = (known: Partial<BaselineState>, step = comparedStep()): Measurement | null =>
    measureBaseline({ ...beginBaseline(streams), ...known }, demoConfig, step, 0);

  it.each([
    ['before the schema was touched', { touched: reference, atStep: reference }],
    ['before the schema was touched', { touched: reference }],
    ['before this step', { atStep: reference }],
  ])('the old side does as well as %s', (event, known) => {
    expect(peace(known)).toMatchObject({
      verdict: 'pass',
      baseline: null,
      limit: null,
      samples: { canary: 0, baseline: 0, units: 0 },
      reason: `the old side does as well as ${event}`,
    });
  });

  it('nothing is judged while nobody is on the old side', () => {
    expect(peace(touched, comparedStep({ mode: 'whole' }))).toMatchObject({
      verdict: 'pass',
      reason: 'not judged in this step: nobody is on the old side',
    });
    expect(peace(touched, beforeStep())?.reason).toMatch(/as before the schema was touched$/);
  });

  it('nothing is measured before anything is known', () => {
    expect(peace({})).toBeNull();
  });
});
