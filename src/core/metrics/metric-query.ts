import { isMetricGuard, isSourcedGuard, type MetricSource } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { isOwnSelector, keepLabel } from './keep-label.ts';
import { type OwnSeries, seriesNamed, seriesOfCohorts } from './own-series.ts';
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
  | {
      readonly kind: 'histogram';
      /** A selector of native histograms, or of the buckets of classic ones. */
      readonly histogram: string;
      readonly unit: 's' | 'ms';
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
  /** What tells the rollout's series apart, and their cohorts. */
  readonly own: OwnSeries;
  /** How it is asked together with those of other rollouts; null where it is asked by itself. */
  readonly shared: SharedQuestion | null;
}

/** A question before it is narrowed down to one rollout. */
export interface SharedQuestion {
  /** The same for those that differ in whose series they read, and in nothing else. */
  readonly key: string;
  /** With `$rollout` in its place; answers keep the rollouts' own label. */
  readonly question: Exclude<MetricQuestion, { kind: 'received' }>;
}

/** The queries of a policy's guards, by the guard's name. */
export function metricQueriesOf(
  policy: Pick<Policy, 'name' | 'project' | 'guards'>,
): ReadonlyMap<string, MetricQuery> {
  const queries = new Map<string, MetricQuery>();
  const { project } = policy;
  const named = seriesNamed(policy.name);
  for (const guard of policy.guards) {
    if (isMetricGuard(guard)) {
      const { provider, intervalMs } = guard;
      const expr = expandWindow(guard.expr, guard.windowMs);
      const asked = { question: { kind: 'value', expr }, own: named, intervalMs } as const;
      queries.set(guard.name, { project, provider, ...queryOf([project, provider], asked) });
    } else if (isSourcedGuard(guard)) {
      const { source } = guard;
      const provider = 'otlp' in source ? null : source.provider;
      const own =
        'otlp' in source || source.cohorts === undefined ? named : seriesOfCohorts(source.cohorts);
      const { intervalMs } = source;
      const asked = { question: questionOf(source, policy.name), own, intervalMs };
      queries.set(guard.name, { project, provider, ...queryOf([project, provider], asked) });
    }
  }
  return queries;
}

type Asked = Pick<MetricQuery, 'question' | 'own' | 'intervalMs'>;

function queryOf(
  place: readonly [project: string, provider: string | null],
  { question, own, intervalMs }: Asked,
): Asked & Pick<MetricQuery, 'key' | 'shared'> {
  const narrowed = narrowedTo(question, own);
  const cohorts = own.cohorts === undefined ? [] : [own.cohorts];
  const key = JSON.stringify([...place, intervalMs, ...Object.values(narrowed), ...cohorts]);
  const shared = sharedQuestion(question, own, intervalMs);
  return { key, question: narrowed, own, intervalMs, shared };
}

function questionOf(source: MetricSource, policy: string): MetricQuestion {
  if ('otlp' in source) return { kind: 'received', migration: policy };
  if ('histogram' in source) {
    const { histogram, unit } = source;
    return { kind: 'histogram', histogram, unit };
  }
  const { bad, total } = source;
  return { kind: 'counts', bad, total };
}

/** The question with `$rollout` in its place turned into what picks out the rollout's own series. */
function narrowedTo(question: MetricQuestion, own: OwnSeries): MetricQuestion {
  const expanded = (text: string): string => expandRollout(text, own);
  switch (question.kind) {
    case 'received':
      return question;
    case 'value':
      return { ...question, expr: expanded(question.expr) };
    case 'histogram':
      return { ...question, histogram: expanded(question.histogram) };
    case 'counts':
      return { ...question, bad: expanded(question.bad), total: expanded(question.total) };
  }
}

function sharedQuestion(
  question: MetricQuestion,
  { label }: OwnSeries,
  intervalMs: number,
): SharedQuestion | null {
  const key = JSON.stringify([label, intervalMs, ...Object.values(question)]);
  switch (question.kind) {
    case 'received':
      return null;
    case 'value': {
      const expr = keepLabel(question.expr, label);
      return expr === null ? null : { key, question: { ...question, expr } };
    }
    case 'histogram':
      return isOwnSelector(question.histogram) ? { key, question } : null;
    case 'counts': {
      const [bad, total] = [sharedText(question.bad, label), sharedText(question.total, label)];
      return bad === null || total === null ? null : { key, question: { ...question, bad, total } };
    }
  }
}

function sharedText(text: string, label: string): string | null {
  if (hasWindow(text)) return keepLabel(text, label);
  return isOwnSelector(text) ? text : null;
}
