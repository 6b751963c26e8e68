import { isMetricGuard, isSourcedGuard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { expandRollout, expandWindow } from './placeholders.ts';

/** What is asked of a provider: the value of an expression, or counts of a window. */
export type MetricQuestion =
  | { readonly kind: 'value'; readonly expr: string }
  | {
      readonly kind: 'counts';
      /** Each a selector of counters, or with `$window`, whose length is known only when it is asked. */
      readonly bad: string;
      readonly total: string;
    };

/** A question that is asked again and again. Two with the same `key` are one. Milliseconds. */
export interface MetricQuery {
  readonly key: string;
  readonly project: string;
  readonly provider: string;
  readonly intervalMs: number;
  readonly question: MetricQuestion;
}

/** The queries of a policy's guards, by the guard's name. */
export function metricQueriesOf(
  policy: Pick<Policy, 'name' | 'project' | 'guards'>,
): ReadonlyMap<string, MetricQuery> {
  const queries = new Map<string, MetricQuery>();
  const add = (
    guard: string,
    provider: string,
    intervalMs: number,
    question: MetricQuestion,
  ): void => {
    const { project } = policy;
    const key = JSON.stringify([project, provider, intervalMs, ...Object.values(question)]);
    queries.set(guard, { key, project, provider, intervalMs, question });
  };
  for (const guard of policy.guards) {
    if (isMetricGuard(guard)) {
      const expr = expandWindow(expandRollout(guard.expr, policy.name), guard.windowMs);
      add(guard.name, guard.provider, guard.intervalMs, { kind: 'value', expr });
    } else if (isSourcedGuard(guard)) {
      const { provider, intervalMs } = guard.source;
      const bad = expandRollout(guard.source.bad, policy.name);
      const total = expandRollout(guard.source.total, policy.name);
      add(guard.name, provider, intervalMs, { kind: 'counts', bad, total });
    }
  }
  return queries;
}
