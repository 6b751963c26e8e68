import type { CohortLabel } from '../policy/guard.ts';
import type { Cohort } from '../protocol/evidence.ts';
import type { MetricAnswer } from './metric-answer.ts';

/** What tells the series of one rollout from all others: a label, and the values that it has there. */
export interface OwnSeries {
  readonly label: string;
  /** At least one. */
  readonly values: readonly string[];
  /** Which cohort each value stands for; absent where the label `cohort` of the series says so. */
  readonly cohorts?: Readonly<Record<string, Cohort>>;
}

/** The series that carry the rollout's name, as those of the SDK do. */
export function seriesNamed(rollout: string): OwnSeries {
  return { label: 'migration', values: [rollout] };
}

export function seriesOfCohorts({ label, canary, baseline }: CohortLabel): OwnSeries {
  return {
    label,
    values: [canary, baseline],
    cohorts: { [canary]: 'canary', [baseline]: 'baseline' },
  };
}

/** The answer with the label `cohort`, where a value of another label stands for it. */
export function withCohorts(answer: MetricAnswer, { label, cohorts }: OwnSeries): MetricAnswer {
  if (answer.kind !== 'series' || cohorts === undefined) return answer;
  const series = answer.series.map((one) => {
    const value = one.labels[label] ?? '';
    const cohort = Object.hasOwn(cohorts, value) ? cohorts[value] : undefined;
    return cohort === undefined ? one : { ...one, labels: { ...one.labels, cohort } };
  });
  return { ...answer, series };
}

/** A PromQL matcher for exactly these values, whatever they hold. */
export function matcherOf({ label, values }: OwnSeries): string {
  const [only = '', ...more] = values;
  if (more.length === 0) return `${label}=${quoted(only)}`;
  return `${label}=~${quoted(values.map(literal).join('|'))}`;
}

/** A regular expression, as RE2 reads it, that holds for this text alone. */
function literal(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

/** A PromQL string literal: everything that could end it or mean something is escaped. */
function quoted(value: string): string {
  const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
  return `"${value.replaceAll(/[\\"\n]/g, (sign) => escapes[sign] ?? sign)}"`;
}
