import { describe, expect, it } from '@jest/globals';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { noRatio } from '../statistics/ratio-interval.ts';
import { blameFor } from './blame.ts';
import { logErrorsHarm, type ErrorsHarm, noHarm } from './errors-judge.ts';
import { beginJudge, type JudgeState } from './judge.ts';

const needed = Math.log(100);

/** Ten units on the new side, of which the first makes `part` of the requests. */
function exposed(part: number): Pick<JudgeState, 'units'> {
  const { units } = beginJudge(demoConfig);
  const names = Array.from({ length: 10 }, (_, row) => `t${row}`);
  const recentRequests = names.map((_, row) => (row === 0 ? 900 * part : 100 * (1 - part)));
  return { units: { ...units, names, side: names.map(() => 2), recentRequests } };
}

/** Evidence for harm of so much in ln, from the first exposure on. */
function harmOf(log: number): ErrorsHarm {
  const flat = Array.from({ length: 60 }, () => log);
  return { ...noHarm, usual: { elapsed: 0, grown: flat } };
}

interface Known {
  /** ln of all evidence, of that without each suspect, and the others' sums. */
  readonly all: number;
  readonly without: readonly number[];
  readonly others: readonly number[];
  readonly recent?: number;
  readonly part?: number;
}

function blame({ all, without, others, recent = all, part = 0.1 }: Known): unknown {
  const begun = beginJudge(demoConfig);
  const suspects = without.map((log, row) => ({
    row,
    without: harmOf(log),
    others: [others[row] ?? 0],
    ratio: noRatio,
  }));
  const evidence = {
    harm: harmOf(all),
    recent: [recent],
    undivided: [recent],
    ratio: noRatio,
    suspects,
  };
  const guards = begun.guards.map((guard) =>
    guard.kind === 'errors' ? { ...guard, evidence } : guard,
  );
  const state = { ...begun, ...exposed(part), guards };
  return blameFor(state, demoConfig, comparedStep(), { logHarm: all, needed });
}

it('these processes hold what they are made to hold', () => {
  expect(logErrorsHarm(harmOf(7), 0)).toBeGreaterThan(5);
});

describe('blameFor', () => {
  it('blames one unit where the others look like the old side', () => {
    expect(blame({ all: 8, without: [0], others: [2.9] })).toMatchObject({ units: ['t0'] });
  });

  it('waits where the others look a little worse, and blames all where they look harmed', () => {
    const close = { all: 8, without: [0], part: 0.9, recent: 6 };
    expect(blame({ ...close, others: [3.1] })).toBe('unclear');
    expect(blame({ ...close, others: [4.5] })).toBe('unclear');
    expect(blame({ ...close, others: [4.7] })).toBe('all');
  });

  it('blames one unit where the others, with most of the traffic, would look twice as harmed', () => {
    const small = { all: 20, without: [0], part: 0.1 };
    expect(blame({ ...small, others: [8.9] })).toMatchObject({ units: ['t0'] });
    expect(blame({ ...small, others: [9.1] })).toBe('all');
  });

  it('blames all where much is left without any unit', () => {
    expect(blame({ all: 8, without: [7, 7.5], others: [1, 1] })).toBe('all');
  });

  it('blames two that broke at once, the one without which less is left first', () => {
    const two = { all: 20, without: [12, 9], others: [12, 9], recent: 20 };
    expect(blame(two)).toMatchObject({ units: ['t1', 't0'] });
  });

  it('blames no two where the evidence has only just become too much, or others stand out', () => {
    expect(blame({ all: 9, without: [5, 4], others: [5, 4], recent: 9 })).toBe('all');
    expect(blame({ all: 20, without: [12, 9], others: [14, 12.5], recent: 20 })).toBe('all');
  });
});
