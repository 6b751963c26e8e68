import { shorten } from '../../faults/describe-issue.ts';
import { negated, sameCondition } from '../condition/limits-of.ts';
import { readCondition, type Condition } from '../condition/read-condition.ts';
import type { MetricContext } from './metric-context.ts';
import type { ArgoMetric } from './schema.ts';

/** What must hold, and what happens when it does not often enough. */
export interface Goal {
  readonly key: 'successCondition' | 'failureCondition';
  readonly good: Condition;
  readonly suffix: string;
  readonly onFail: 'rollback' | 'hold';
  readonly limitKey: 'failureLimit' | 'inconclusiveLimit';
}

/** With one condition one goal; with both a second one for what lies between them. */
export function goalsOf(metric: ArgoMetric, { path, draft }: MetricContext): readonly Goal[] {
  const name = shorten(metric.name);
  const read = (key: Goal['key']): Condition | 'unread' | null => {
    const written = metric[key] ?? '';
    if (written === '') return null;
    const condition = readCondition(written);
    if (typeof condition !== 'string') return condition;
    draft.leave([...path, key], `\`${name}\`: \`${shorten(written)}\`: ${condition}`);
    return 'unread';
  };
  const success = read('successCondition');
  const failure = read('failureCondition');
  if (success === null && failure === null) {
    draft.leave(path, `metric \`${name}\`: it has no condition, so it never fails`);
  }
  const goals: Goal[] = [];
  if (failure !== null && failure !== 'unread') {
    goals.push({ ...failing, key: 'failureCondition', good: negated(failure) });
  }
  if (success === null || success === 'unread') return goals;
  if (failure === null) return [{ ...failing, key: 'successCondition', good: success }];
  // With both conditions, what is neither success nor failure is inconclusive and pauses.
  const isOpposite = goals.some(({ good }) => sameCondition(success, good));
  return isOpposite ? goals : [...goals, { ...doubting, key: 'successCondition', good: success }];
}

const failing = { suffix: '', onFail: 'rollback', limitKey: 'failureLimit' } as const;
const doubting = { suffix: '-doubt', onFail: 'hold', limitKey: 'inconclusiveLimit' } as const;
