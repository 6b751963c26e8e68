import type { JudgeConfig } from '../../src/core/judge/judge-config.ts';
import type { JudgeStep } from '../../src/core/judge/judge-step.ts';

/** The demo's guards and evidence: tolerances of a show, minimums of seconds instead of hours. */
export const demoConfig: JudgeConfig = {
  guards: [
    { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.02 } },
    {
      name: 'latency',
      compare: 'latency',
      tolerate: [
        { quantile: 0.5, part: 0.5, atLeastMs: 5 },
        { quantile: 0.9, part: 0.5, atLeastMs: 10 },
        { quantile: 0.99, part: 1, atLeastMs: 50 },
      ],
    },
    { name: 'reads', compare: 'mismatches', atMost: 0, compared: { atLeast: 200, units: 5 } },
  ],
  evidence: {
    falseRollbackBudget: 0.01,
    falsePromoteBudget: 0.01,
    minimum: { requests: 100, units: 'auto' },
    warmupMs: 0,
    historyMs: 10_000,
  },
};

/** The demo's 25 % step, acknowledged at revision 1, with `changes`. */
export function comparedStep(changes: Partial<JudgeStep> = {}): JudgeStep {
  return {
    index: 4,
    mode: 'compared',
    share: 25,
    require: 'notWorse',
    sinceRevision: 1,
    enteredAt: 0,
    warmupUntil: 0,
    ...changes,
  };
}

/** The step before it. */
export function beforeStep(changes: Partial<JudgeStep> = {}): JudgeStep {
  return comparedStep({ index: 1, mode: 'before', share: 0, ...changes });
}
