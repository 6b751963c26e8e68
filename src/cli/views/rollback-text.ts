import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { clock, safe, span, type Look } from './words.ts';

/**
 * The stages of a rollback with the moment each was reached, and whom it waits for; what has not happened
 * says so. Nothing where there is none.
 */
export function rollbackLines(
  {
    rollback,
    phase,
    waitingFor,
    now,
  }: Pick<RolloutView, 'rollback' | 'phase' | 'waitingFor' | 'now'>,
  look: Look,
): string[] {
  if (rollback === null) return [];
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
    ...(phase === 'rolling_back' && waitingFor !== null ? [`waits: ${safe(waitingFor)}`] : []),
  ];
}
