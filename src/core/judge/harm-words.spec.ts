import { describe, expect, it } from '@jest/globals';
import { comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { harmedJudge, type KnownHarm } from '../../../test/support/harmed-judge.ts';
import { standingAt } from '../../../test/support/standing-evidence.ts';
import type { CompareGuard } from '../policy/guard.ts';
import { noHarm } from './errors-judge.ts';
import { detectHarm } from './harm.ts';
import type { JudgeConfig } from './judge-config.ts';
import type { Accusation, Failure, GuardState, JudgeState } from './judge-state.ts';

const errorsGuard: CompareGuard = {
  name: 'errors',
  compare: 'errors',
  tolerate: { ratio: 1.1, add: 0.02 },
};
const readsGuard: CompareGuard = {
  name: 'reads',
  compare: 'mismatches',
  atMost: 0,
  compared: { atLeast: 200, units: 5 },
};

/** All of the budget is for errors, or shared with the guards that are named. */
function withGuards(...guards: readonly CompareGuard[]): JudgeConfig {
  return { ...demoConfig, guards: [errorsGuard, ...guards] };
}

const alone = withGuards();

/** What is found at 5 s by a judge with this evidence of errors, and with `changes`. */
function detect(
  known: KnownHarm,
  changes: Partial<JudgeState> = {},
): Pick<JudgeState, 'failures' | 'accused'> {
  const config = known.config ?? alone;
  return detectHarm(
    { ...harmedJudge({ ...known, config }), ...changes },
    config,
    comparedStep(),
    5_000,
  );
}

describe('too much evidence', () => {
  it('is 1 / budget, and is said with the odds', () => {
    expect(detect({ all: Math.log(99.9) })).toEqual({ failures: [], accused: [] });
    expect(detect({ all: Math.log(150) })).toEqual({
      failures: [
        {
          guard: 'errors',
          at: 5_000,
          logHarm: expect.closeTo(Math.log(150), 12),
          reason: 'evidence for harm 150 to 1, 100 is too much',
        },
      ],
      accused: [],
    });
  });

  // Six bets on all operations, then six on reads, six on writes.
  it.each([
    ['', 0],
    [' to reads', 6],
    [' to writes', 12],
  ])('names the operations that nearly all of it is of: "%s"', (words, first) => {
    const guards = harmedJudge({ all: 9, config: alone }).guards.map((guard): GuardState => {
      const grown = standingAt(9, 0.3).grown.map((log, bet) => {
        return bet >= first && bet < first + 6 ? log : null;
      });
      const harm = { ...noHarm, usual: { elapsed: 0, grown } };
      return guard.kind === 'errors' ? { ...guard, evidence: { ...guard.evidence, harm } } : guard;
    });
    expect(detect({ all: 9 }, { guards }).failures[0]?.reason).toMatch(
      new RegExp(`^evidence for harm${words} \\d+ to 1, 100 is too much$`),
    );
  });

  it('is of the first of two guards that say the same', () => {
    const config = withGuards({ ...errorsGuard, name: 'errors-http' });
    expect(detect({ all: 9, config }).failures).toMatchObject([{ guard: 'errors' }]);
  });

  it('is of the guard that says most', () => {
    const tolerant: CompareGuard = { ...readsGuard, atMost: 0.001 };
    const config = withGuards(tolerant);
    const harm = standingAt(12, 0.2);
    const guards = harmedJudge({ all: 3, config }).guards.map((guard): GuardState =>
      guard.kind === 'mismatches' ? { ...guard, harm } : guard,
    );
    // The guard for mismatches has a sixth of the budget.
    const [failure] = detect({ all: 3, config }, { guards }).failures;
    expect(failure).toMatchObject({ guard: 'reads' });
    expect(failure?.logHarm).toBeCloseTo(Math.log(Math.exp(12) / 6 + (5 * Math.exp(3)) / 6), 9);
    expect(failure?.reason).toBe('evidence for harm 27143 to 1, 100 is too much');
  });

  it('is found once', () => {
    const failed: Failure = { guard: 'errors', at: 1, logHarm: 5, reason: 'before' };
    const accused: Accusation = { ...failed, logHarm: 5, unit: 't1', logWithout: 0 };
    expect(detect({ all: 9 }, { failures: [failed], accused: [accused] })).toEqual({
      failures: [failed],
      accused: [accused],
    });
  });
});

describe("evidence that is a single unit's", () => {
  const one: KnownHarm = { all: Math.log(150), without: [0], others: [0] };
  const before: Accusation = {
    guard: 'errors',
    unit: 't1',
    at: 1,
    logHarm: 5,
    logWithout: 0,
    reason: 'before',
  };

  it('accuses the unit', () => {
    expect(detect(one)).toEqual({
      failures: [],
      accused: [
        {
          guard: 'errors',
          unit: 't0',
          at: 5_000,
          logHarm: expect.closeTo(Math.log(150), 12),
          logWithout: expect.closeTo(0, 12),
          reason: 'evidence for harm 150 to 1, 100 is too much; without unit t0 it is 1 to 1',
        },
      ],
    });
  });

  it('accuses it once, beside those that were accused before', () => {
    expect(detect(one, { accused: [before] }).accused.map(({ unit }) => unit)).toEqual([
      't1',
      't0',
    ]);
    const known = { ...before, unit: 't0' };
    expect(detect(one, { accused: [known] })).toEqual({ failures: [], accused: [known] });
  });

  it('accuses the worst of two, and names both', () => {
    const { failures, accused } = detect({ all: 20, without: [12, 9], others: [12, 9] });
    expect(failures).toEqual([]);
    expect(accused).toHaveLength(1);
    expect(accused[0]).toMatchObject({ unit: 't1' });
    expect(accused[0]?.reason).toMatch(/; without units t1 and t0 it is [\d.]+ to 1$/);
  });

  it('leaves it open while nobody can tell whether the others are harmed too', () => {
    const unclear = { all: 8, without: [0], others: [3.1], part: 0.9, recent: 6 };
    expect(detect(unclear, { accused: [before] })).toEqual({ failures: [], accused: [before] });
  });
});

describe('mismatches where none is tolerated', () => {
  const config = withGuards(readsGuard);
  const found = (mismatched: number, changes: Partial<JudgeState> = {}, of = config) => {
    const guards = harmedJudge({ all: 0, config: of }).guards.map((guard): GuardState =>
      guard.kind === 'mismatches' ? { ...guard, mismatched } : guard,
    );
    return detect({ all: 0, config: of }, { guards, ...changes }).failures;
  };

  it.each([
    [1, '1 confirmed mismatch, none is tolerated'],
    [1200, '1,200 confirmed mismatches, none is tolerated'],
  ])('fail at once: %d', (mismatched, reason) => {
    expect(found(mismatched)).toEqual([{ guard: 'reads', at: 5_000, logHarm: null, reason }]);
  });

  it('fail once, whatever else has failed', () => {
    const known: Failure = { guard: 'reads', at: 1, logHarm: null, reason: 'before' };
    expect(found(2, { failures: [known] })).toEqual([known]);
    const other = { ...known, guard: 'errors' };
    expect(found(2, { failures: [other] }).map(({ guard }) => guard)).toEqual(['errors', 'reads']);
  });

  it('are no failure by themselves where some are tolerated', () => {
    expect(found(2, {}, withGuards({ ...readsGuard, atMost: 0.001 }))).toEqual([]);
    expect(found(0)).toEqual([]);
  });
});
