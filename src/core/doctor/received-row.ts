import type { DoctorRow } from '../protocol/doctor-view.ts';
import { fine, warns } from './doctor-row.ts';

/** What a guard that reads what was sent here has to go by. Times in milliseconds. */
export interface ReceivedLook {
  readonly policy: string;
  readonly guard: string;
  /** When the newest came; null when nothing has, or all of it is forgotten. */
  readonly newestAt: number | null;
  readonly now: number;
  readonly intervalMs: number;
}

/** It may be as old as so many intervals, and a minute in any case. */
const staleIntervals = 3;
const staleFromMs = 60_000;

/** Whether metrics come that a guard reads, and how fresh they are. */
export function receivedRow(look: ReceivedLook): DoctorRow {
  const { policy, guard, newestAt, now, intervalMs } = look;
  const subject = `${policy} ${guard}`;
  if (newestAt === null) {
    const remedy =
      'It comes with the first requests; else point the exporter of the application here, see docs/otlp.md.';
    return warns('guard', subject, `nothing was sent here by OTLP for ${policy}`, remedy);
  }
  const ageMs = Math.max(0, now - newestAt);
  const words = `newest metrics by OTLP ${Math.round(ageMs / 1000)} s old`;
  if (ageMs <= Math.max(staleFromMs, staleIntervals * intervalMs))
    return fine('guard', subject, words);
  return warns('guard', subject, words, 'See whether they are still sent: a stale metric holds.');
}
