import { describe, expect, it } from '@jest/globals';
import { demoConfig } from '../../../test/support/judged-policy.ts';
import { judgingOf } from '../../../test/support/judging.ts';
import { noCounts } from '../histogram/bucket-counts.ts';
import type { ErrorsGuard } from '../policy/guard.ts';
import type { RatioSums } from '../statistics/ratio-interval.ts';
import { type Figures, figuresOfErrors } from './figures-of-errors.ts';
import { beginJudge, type CohortState } from './judge-state.ts';
import type { SentBack } from './sent-back.ts';
import { noEvidence } from './units/suspects.ts';
import { noPast, noUnits } from './units/unit-table.ts';

const guard: ErrorsGuard = {
  name: 'errors',
  compare: 'errors',
  tolerate: { ratio: 1.1, add: 0.02 },
};

function cohort(requests: number, failed: number, units = 1): CohortState {
  return {
    requests,
    failed,
    latency: noCounts,
    units: Array.from({ length: units }, (_, at) => at),
  };
}

interface Scene {
  readonly canary?: CohortState;
  readonly baseline?: CohortState;
  readonly sentBack?: SentBack;
  readonly ratio?: RatioSums;
  readonly dispersion?: number;
  /** Units with a past, each with ln of the evidence that it fails in more minutes than before. */
  readonly watched?: Readonly<Record<string, number>>;
}

function figures(scene: Scene): Figures {
  const { canary = cohort(400, 12, 8), baseline = cohort(1000, 10), dispersion = 1 } = scene;
  const { sentBack = { units: [], requests: 0, failed: 0 }, watched = {} } = scene;
  const names = Object.keys(watched);
  const state = {
    ...beginJudge(demoConfig),
    units: { ...noUnits, names, past: { ...noPast, requests: names.map(() => 1) } },
    unitGuard: Object.values(watched).map((log, row) => {
      return { row, log, bad: { elapsed: null, grown: [] } };
    }),
  };
  const judging = judgingOf({ canary, baseline, sentBack }, { state, dispersion });
  const evidence = { ...noEvidence, ...(scene.ratio === undefined ? {} : { ratio: scene.ratio }) };
  return figuresOfErrors(judging, guard, { kind: 'errors', evidence }, []);
}

const plain =
  '3% of 400 requests failed on the new side (1.7% to 5.2%), 1% on the old; 3.1% is tolerated';

describe('the rates of both sides', () => {
  it('stand beside what is tolerated, with how much is known of the new one', () => {
    expect(figures({})).toEqual({
      canary: 0.03,
      baseline: 0.01,
      limit: 0.01 * 1.1 + 0.02,
      unit: 'ratio',
      samples: { canary: 400, baseline: 1000, units: 8 },
      suspicion: 0,
      logHarm: 0,
      logNotWorse: 0,
      seen: plain,
    });
  });

  it('are the new one alone where the old side made no request', () => {
    const { seen, ...values } = figures({ baseline: cohort(0, 0) });
    expect(values).toMatchObject({ canary: 0.03, baseline: null, limit: null });
    expect(seen).toBe('3% of 400 requests failed on the new side (1.7% to 5.2%)');
  });

  it('are of one request, if need be', () => {
    expect(figures({ canary: cohort(1, 1), baseline: cohort(0, 0) }).seen).toBe(
      '100% of 1 request failed on the new side (20.7% to 100%)',
    );
  });

  it('are not spoken of where the new side made no request', () => {
    expect(figures({ canary: cohort(0, 0, 0) })).toMatchObject({ canary: null, seen: '' });
  });
});

describe('how many times as often the new side fails', () => {
  // The half width of ln(ratio) at 100 units of information: √(110 ln 4400) / 100 = 0.3038.
  it.each([
    [14, 10, '1.4 times as often as on the old (1 to 1.9)'],
    [1234, 10, '123 times as often as on the old (91 to 167)'],
    [5, 10, '0.5 times as often as on the old (0.37 to 0.68)'],
  ])('is said with its interval: %d to %d', (fromNew, fromOld, words) => {
    const { seen, ratio } = figures({ ratio: { fromNew, fromOld, information: 100 } });
    expect(seen).toBe(`${plain}; ${words}, each unit held to its own past`);
    expect(ratio?.ratio).toBe(fromNew / fromOld);
  });

  it('is known less well where failures come in clusters', () => {
    const sums = { fromNew: 14, fromOld: 10, information: 100 };
    // √(410 ln 16400) / 100 = 0.6308, and e to that is 1.879.
    expect(figures({ ratio: sums, dispersion: 4 }).seen).toContain('(0.75 to 2.6)');
  });

  it.each([
    ['110 times apart are', 4, true],
    ['5,400 times apart are not', 2, false],
  ])('ends that lie %s worth a word', (_, information, isShown) => {
    const { seen, ratio } = figures({ ratio: { fromNew: 1, fromOld: 10, information } });
    expect(seen.includes('times as often')).toBe(isShown);
    expect(ratio).toBeDefined();
  });

  it('is not told of a new side without requests', () => {
    const ratio = { fromNew: 14, fromOld: 10, information: 100 };
    expect(figures({ canary: cohort(0, 0), ratio }).seen).toBe('');
  });
});

describe('units that were sent back alone', () => {
  it.each([
    [['bigbank'], 430, 412, 'without bigbank, sent back alone: 412 of its 430 requests failed'],
    [['a', 'b'], 1204, 7, 'without a and b, sent back alone: 7 of their 1,204 requests failed'],
    [['a', 'a'], 1, 1, 'without a, sent back alone: 1 of its 1 request failed'],
  ])('%j count for nobody, and are said beside it', (units, requests, failed, words) => {
    const sentBack = { units, requests, failed };
    const canary = cohort(400 + requests, 12 + failed, 8);
    const { seen, ...values } = figures({ canary, sentBack });
    expect(values).toMatchObject({ canary: 0.03, samples: { canary: 400 } });
    expect(seen).toBe(`${plain}; ${words}`);
  });

  it('are all there is to say where nobody else was there', () => {
    const sentBack = { units: ['a'], requests: 9, failed: 3 };
    expect(figures({ canary: cohort(9, 3), sentBack }).seen).toBe(
      'without a, sent back alone: 3 of its 9 requests failed',
    );
  });
});

describe('units unlike their past', () => {
  const struck = (...units: readonly string[]): Record<string, number> =>
    Object.fromEntries(units.map((unit, at) => [unit, 50 - at] as const).toReversed());
  const told = 'past explains failures struck';

  it.each([
    [['acme'], `in more minutes than its ${told} acme`],
    [['a', 'b'], `in more minutes than their ${told} a and b`],
    [['a', 'b', 'c', 'd', 'e'], `in more minutes than their ${told} a and b and c and d and e`],
    [
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      `in more minutes than their ${told} a and b and c and d and e and 2 more`,
    ],
  ])('are named, worst first, five at most: %j', (units, words) => {
    const { seen, harmedUnits } = figures({ watched: struck(...units) });
    expect(seen).toBe(`${plain}; ${words}`);
    expect(harmedUnits).toEqual(units);
  });

  it('are those of which a tenth at most may be named wrongly', () => {
    expect(figures({ watched: { a: Math.log(10.1) } }).harmedUnits).toEqual(['a']);
    expect(figures({ watched: { a: Math.log(9.9) } })).not.toHaveProperty('harmedUnits');
    expect(figures({ watched: { a: Math.log(19.9), b: 0 } })).not.toHaveProperty('harmedUnits');
  });
});
