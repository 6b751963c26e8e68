import { jobEta } from '../../core/schema-migration/job-eta.ts';
import type { JobState } from '../../core/schema-migration/job.ts';
import { safe, span } from './words.ts';

/** `backfill running 41% 61,000 rows/s, 9s to go batches of 50 ms, nice 0.5 (paused by ann)`. */
export function jobWords(job: JobState): string {
  const { kind, status, differences, quarantined, reason } = job;
  return [
    `${kind} ${status}`,
    progressWords(job),
    paceWords(job),
    differences === null ? '' : `${differences} differences`,
    quarantined === 0 ? '' : `${quarantined} rows in quarantine`,
    reason === null ? '' : `(${safe(reason)})`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function progressWords(job: JobState): string {
  const { status, done, total, rate } = job;
  if (status !== 'running' || total === null || total === 0) return '';
  const eta = jobEta(job);
  const part = `${Math.floor((100 * done) / total)}%`;
  if (rate === undefined || eta === null || job.pace?.pausedBy) return part;
  return `${part} ${Math.round(rate).toLocaleString('en')} rows/s, ${span(eta)} to go`;
}

/** Only what a person has changed is worth a word. */
function paceWords({ pace }: JobState): string {
  if (pace === undefined) return '';
  return `batches of ${pace.batchTimeMs} ms, nice ${pace.nice}, by ${safe(pace.changedBy)}`;
}
