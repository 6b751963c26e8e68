import type { Rollback } from '../../core/rollout/rollout.ts';
import { clock, safe, span, type Look } from './words.ts';

/** The stages of a rollback with the moment each was reached; what has not happened says so. */
export function rollbackLines(rollback: Rollback, now: number, look: Look): string[] {
  const { requestedAt, flagSetAt, convergedAt, drainedAt, verifiedAt } = rollback;
  const at = (moment: number | null): string =>
    moment === null ? 'not yet' : clock(moment, now, look);
  const arrival =
    convergedAt === null
      ? `not arrived, ${span(now - requestedAt)} after the decision`
      : `arrived ${span(convergedAt - requestedAt)} after the decision`;
  return [
    `ROLLBACK  ${safe(rollback.cause)} (by ${safe(rollback.by)})`,
    `decided ${at(requestedAt)}  flag set ${at(flagSetAt)}  converged ${at(convergedAt)}  drained ${at(drainedAt)}  verified ${at(verifiedAt)}`,
    arrival,
  ];
}
