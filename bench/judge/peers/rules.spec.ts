import { describe, expect, it } from '@jest/globals';
import { argo, argoRelative } from './argo.ts';
import { flagger } from './flagger.ts';
import { classify, kayenta } from './kayenta.ts';
import type { Minute } from './minutes.ts';

/** Minutes of 1,000 requests a side, with so many failures on the new side. */
function minutes(newBad: readonly number[], oldBad = 1): Minute[] {
  return newBad.map((bad, index) => ({
    at: 60 * (index + 1),
    newTotal: 1_000,
    newBad: bad,
    oldTotal: 1_000,
    oldBad,
    newP99: null,
    oldP99: null,
  }));
}

/** Healthy minutes with these p99 of the new side, in seconds; 0.4 on the old side. */
function slow(newP99: readonly number[]): Minute[] {
  return minutes(newP99.map(() => 1)).map((each, index) => ({
    ...each,
    newP99: newP99[index] ?? 0,
    oldP99: 0.4,
  }));
}

describe("Flagger's rule", () => {
  it('rolls back when five minutes were below 99 %, however far apart', () => {
    expect(flagger(minutes([11, 0, 11, 0, 11, 0, 11, 0, 11]))).toBe(540);
    expect(flagger(minutes([10, 10, 10, 10, 10, 10]))).toBeNull();
  });

  it('counts a minute without a request as failed', () => {
    const silent = minutes([0, 0, 0, 0, 0]).map((each) => ({ ...each, newTotal: 0 }));
    expect(flagger(silent)).toBe(300);
  });
});

describe('rules for p99', () => {
  it('fail above 500 ms, or without any duration', () => {
    expect(flagger(slow([0.51, 0.51, 0.51, 0.4, 0.51, 0.51]))).toBe(360);
    expect(argo(slow([0.51, 0.51, 0.51, 0.4, Number.NaN]))).toBe(300);
    expect(flagger(slow([0.5, 0.5, 0.5, 0.5, 0.5]))).toBeNull();
  });

  it('fail a quarter above the old side, or when most minutes are slower', () => {
    expect(argoRelative(slow([0.501, 0.501, 0.501, 0.501]))).toBe(240);
    expect(argoRelative(slow([0.499, 0.499, 0.499, 0.499]))).toBeNull();
    const noisy = Array.from({ length: 20 }, (_, k) => 0.45 + 0.01 * (k % 3));
    expect(kayenta(slow(noisy))).toBe(600);
  });
});

describe("Argo's rule", () => {
  it('fails with the fourth minute below 95 %', () => {
    expect(argo(minutes([51, 51, 0, 51, 51]))).toBe(300);
    expect(argo(minutes([50, 50, 50, 50, 50, 51, 51, 51]))).toBeNull();
  });

  it('compares where the query compares: twice as many and 0.1 points more', () => {
    expect(argoRelative(minutes([4, 4, 4, 4], 1))).toBe(240);
    expect(argoRelative(minutes([4, 4, 4, 4], 2))).toBeNull();
    expect(argoRelative(minutes([1, 1, 1, 1], 0))).toBeNull();
  });
});

describe("Kayenta's rule", () => {
  const steady = [1, 2, 1, 3, 2, 1, 2, 3, 1, 2];

  it('passes equal series, a shift within the noise, and less', () => {
    expect(classify(steady, steady.toReversed())).toBe('Pass');
    expect(
      classify(
        steady.map((value) => value + 0.1),
        steady,
      ),
    ).toBe('Pass');
    expect(
      classify(
        steady,
        steady.map((value) => value + 5),
      ),
    ).toBe('Pass');
  });

  it('fails a shift that is clear, and two different constants', () => {
    expect(
      classify(
        steady.map((value) => value + 5),
        steady,
      ),
    ).toBe('High');
    expect(classify([3, 3, 3, 3, 3, 3], [1, 1, 1, 1, 1, 1])).toBe('High');
  });

  it('has no data when a side is empty', () => {
    expect(classify([], steady)).toBe('Nodata');
  });

  it('judges every ten minutes over all minutes so far, so that late harm counts late', () => {
    const late = [
      ...Array.from({ length: 10 }, (_, k) => k % 3),
      ...Array.from({ length: 30 }, (_, k) => 20 + (k % 3)),
    ];
    expect(kayenta(minutes(late.map((bad) => bad + 1)))).toBe(1_800);
    expect(kayenta(minutes(Array.from({ length: 40 }, (_, k) => k % 3)))).toBeNull();
  });

  it('misses errors in a third of all minutes, as the original does', () => {
    const sparse = Array.from({ length: 60 }, (_, k) => (k % 3 === 0 ? 1 : 0));
    expect(
      classify(
        sparse,
        sparse.map(() => 0),
      ),
    ).toBe('Pass');
  });
});
