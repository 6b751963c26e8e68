import { isMetricGuard, isSourcedGuard, type MetricSource } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { expandRollout, expandWindow } from './placeholders.ts';

/** What is asked: the value of an expression, counts of a window, or what senders have told. */
export type MetricQuestion =
  | { readonly kind: 'value'; readonly expr: string }
  | {
      readonly kind: 'counts';
      /** Each a selector of counters, or with `$window`, whose length is known only when it is asked. */
      readonly bad: string;
      readonly total: string;
    }
  | { readonly kind: 'received'; readonly migration: string };

/** A question that is asked again and again. Two with the same `key` are one. Milliseconds. */
export interface MetricQuery {
  readonly key: string;
  readonly project: string;
  /** Null where nobody needs to be asked, since it was sent here. */
  readonly provider: string | null;
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
    provider: string | null,
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
      const { source } = guard;
      const provider = 'otlp' in source ? null : source.provider;
      add(guard.name, provider, source.intervalMs, questionOf(source, policy.name));
    }
  }
  return queries;
}

function questionOf(source: MetricSource, policy: string): MetricQuestion {
  if ('otlp' in source) return { kind: 'received', migration: policy };
  const bad = expandRollout(source.bad, policy);
  const total = expandRollout(source.total, policy);
  return { kind: 'counts', bad, total };
}
