import type { MetricReading } from '../metrics/metric-reading.ts';
import type { DoctorRow } from '../protocol/doctor-view.ts';
import { faulty, fine, warns } from './doctor-row.ts';

/**
 * Why a selector picks no series: no metric has the name, none of its series has the label, none has the
 * value, or no single one has all that is asked for.
 */
export interface MissingSeries {
  readonly what: 'name' | 'label' | 'value' | 'together';
  readonly words: string;
  /** The query that it stands in: errors may have no series before the first error. */
  readonly query: 'value' | 'total' | 'bad';
}

/** What one guard of a policy would read at this moment. */
export interface GuardLook {
  readonly policy: string;
  readonly guard: string;
  readonly reading: MetricReading;
  readonly missing: readonly MissingSeries[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly intervalMs: number;
}

/** Samples may be as old as so many intervals, and a minute in any case. */
const staleIntervals = 3;
const staleFromMs = 60_000;

/** Whether a guard's metrics are there, with the names and labels that it uses, and how fresh they are. */
export function guardRow(look: GuardLook): DoctorRow {
  const { policy, guard, reading, missing } = look;
  const subject = `${policy} ${guard}`;
  const [gravest] = missing.toSorted((a, b) => weight(b) - weight(a));
  if (gravest !== undefined) {
    const remedy = remedies[gravest.what];
    return weight(gravest) > 0
      ? faulty('guard', subject, gravest.words, remedy)
      : warns('guard', subject, gravest.words, remedy);
  }
  if (reading.kind !== 'doubt') return freshRow(look, subject, reading.newestAt);
  const remedy =
    'Mend the query in the policy; docs/adapters/prometheus.md says what it must come to.';
  return reading.verdict === 'providerError'
    ? faulty('guard', subject, reading.reason, remedy)
    : warns('guard', subject, reading.reason, remedy);
}

/** What is born with the first request or the first error is no fault yet. */
function weight({ what, query }: MissingSeries): number {
  if (what === 'name') return query === 'bad' ? 0 : 2;
  return what === 'label' ? 1 : 0;
}

const remedies: Readonly<Record<MissingSeries['what'], string>> = {
  name: 'Correct the name in the policy, or have the application measured and scraped.',
  label:
    'Have the label added where it is measured, or by relabelling; or leave it out of the query.',
  value: 'It may come with the first request or failure; else correct the value in the policy.',
  together: 'Ask for labels that stand on one and the same series.',
};

function freshRow(
  { reading, now, intervalMs }: GuardLook,
  subject: string,
  newestAt: number,
): DoctorRow {
  const ageMs = Math.max(0, now - newestAt);
  const what = reading.kind === 'value' ? `reads ${reading.value}` : 'reads both counts';
  const words = `${what}, newest sample ${Math.round(ageMs / 1000)} s old`;
  if (ageMs <= Math.max(staleFromMs, staleIntervals * intervalMs))
    return fine('guard', subject, words);
  return warns('guard', subject, words, 'See whether it is still scraped: a stale metric holds.');
}
