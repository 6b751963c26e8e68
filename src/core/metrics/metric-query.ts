import { isMetricGuard, isSourcedGuard, type MetricSource } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { isOwnSelector, keepLabel } from './keep-label.ts';
import { type OwnSeries, seriesNamed } from './own-series.ts';
import { expandRollout, expandWindow, hasWindow } from './placeholders.ts';

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
  /** How it is asked together with those of other rollouts; null where it is asked by itself. */
  readonly shared: SharedQuestion | null;
}

/** A question before it is narrowed down to one rollout. */
export interface SharedQuestion {
  /** The same for those that differ in whose series they read, and in nothing else. */
  readonly key: string;
  readonly own: OwnSeries;
  /** With `$rollout` in its place; answers keep the rollouts' own label. */
  readonly question: Exclude<MetricQuestion, { kind: 'received' }>;
}

/** The queries of a policy's guards, by the guard's name. */
export function metricQueriesOf(
  policy: Pick<Policy, 'name' | 'project' | 'guards'>,
): ReadonlyMap<string, MetricQuery> {
  const queries = new Map<string, MetricQuery>();
  const own = seriesNamed(policy.name);
  const add = (
    guard: string,
    provider: string | null,
    intervalMs: number,
    question: MetricQuestion,
  ): void => {
    const { project } = policy;
    const narrowed = narrowedTo(question, own);
    const key = JSON.stringify([project, provider, intervalMs, ...Object.values(narrowed)]);
    const shared = question.kind === 'received' ? null : sharedQuestion(question, own, intervalMs);
    queries.set(guard, { key, project, provider, intervalMs, question: narrowed, shared });
  };
  for (const guard of policy.guards) {
    if (isMetricGuard(guard)) {
      const expr = expandWindow(guard.expr, guard.windowMs);
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
  const { bad, total } = source;
  return { kind: 'counts', bad, total };
}

function narrowedTo(question: MetricQuestion, own: OwnSeries): MetricQuestion {
  if (question.kind === 'received') return question;
  if (question.kind === 'value') return { ...question, expr: expandRollout(question.expr, own) };
  const { bad, total } = question;
  return { ...question, bad: expandRollout(bad, own), total: expandRollout(total, own) };
}

function sharedQuestion(
  question: SharedQuestion['question'],
  own: OwnSeries,
  intervalMs: number,
): SharedQuestion | null {
  const key = JSON.stringify([own.label, intervalMs, ...Object.values(question)]);
  if (question.kind === 'value') {
    const expr = keepLabel(question.expr, own.label);
    return expr === null ? null : { key, own, question: { ...question, expr } };
  }
  const [bad, total] = [sharedText(question.bad, own), sharedText(question.total, own)];
  if (bad === null || total === null) return null;
  return { key, own, question: { ...question, bad, total } };
}

function sharedText(text: string, { label }: OwnSeries): string | null {
  if (hasWindow(text)) return keepLabel(text, label);
  return isOwnSelector(text) ? text : null;
}
