import type { GuardState, JudgeState } from '../../src/core/judge/judge-state.ts';
import { beginJudge } from '../../src/core/judge/judge-state.ts';
import type { JudgeConfig } from '../../src/core/judge/judge-config.ts';
import { noRatio } from '../../src/core/statistics/ratio-interval.ts';
import { demoConfig } from './judged-policy.ts';
import { errorsHarmOf } from './standing-evidence.ts';

/** What the errors guards know. All evidence is a natural logarithm. */
export interface KnownHarm {
  readonly all: number;
  /** Without each suspect: what is left, and the others' sums. */
  readonly without?: readonly number[];
  readonly others?: readonly number[];
  /** By a judge that knew the onset; the same as `all` when left out. */
  readonly recent?: number;
  /** Part of the requests that the first of the ten units on the new side makes. */
  readonly part?: number;
  readonly config?: JudgeConfig;
}

/** A judge with ten units on the new side, t0 to t9, whose errors guards have this evidence for harm. */
export function harmedJudge(known: KnownHarm): JudgeState {
  const { all, without = [], others = [], recent = all, part = 0.1, config = demoConfig } = known;
  const begun = beginJudge(config);
  const suspects = without.map((log, row) => ({
    row,
    without: errorsHarmOf(log),
    others: [others[row] ?? 0],
    ratio: noRatio,
  }));
  const evidence = {
    harm: errorsHarmOf(all),
    recent: [recent],
    undivided: [recent],
    ratio: noRatio,
    suspects,
  };
  const names = Array.from({ length: 10 }, (_, row) => `t${row}`);
  const recentRequests = names.map((_, row) => (row === 0 ? 900 * part : 100 * (1 - part)));
  return {
    ...begun,
    units: { ...begun.units, names, side: names.map(() => 2), recentRequests },
    guards: begun.guards.map((guard): GuardState =>
      guard.kind === 'errors' ? { ...guard, evidence } : guard,
    ),
  };
}
