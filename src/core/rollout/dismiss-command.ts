import { alertName } from '../alerts/alert.ts';
import { dismissalOf } from '../alerts/dismissal.ts';
import { heededAlerts } from './alert-moves.ts';
import type { Context } from './context.ts';
import type { Command } from './observations.ts';
import { transitions } from './transitions.ts';
import type { Weighed } from './weighed.ts';
import { phaseWords } from './phase.ts';

/** Lets one firing alert neither hold this rollout nor roll it back, until it fires anew. */
export function weighDismiss(context: Context, command: Command): Weighed {
  const { rollout, now } = context;
  const { alert: id, reason, by } = command;
  if (transitions[rollout.phase].dismiss === undefined) {
    return { refused: `no alert moves a rollout that is ${phaseWords(rollout.phase)}` };
  }
  if (reason === null || reason.trim() === '') return { refused: 'a dismissal needs a reason' };
  const firing = heededAlerts(context);
  const meant = firing.find(({ alert }) => alert.id === id);
  if (meant === undefined)
    return { refused: `no firing alert ${id ?? 'is named'}${among(firing)}` };
  if (meant.dismissed !== undefined) {
    return { refused: `dismissed already, by ${meant.dismissed.by}: ${meant.dismissed.reason}` };
  }
  const { alert } = meant;
  // What fires no more needs no dismissal, so the list stays as short as that of what fires.
  const others = (rollout.dismissedAlerts ?? []).filter((one) =>
    firing.some((known) => dismissalOf([one], known.alert) !== undefined),
  );
  const dismissedAlerts = [...others, { alert: alert.id, by, reason, at: now }];
  const words = `alert ${alertName(alert)} (${alert.source}) is dismissed until it fires anew: ${reason}`;
  return {
    move: { action: 'dismiss', by, reason: words, patch: { dismissedAlerts }, alert: alert.id },
  };
}

function among(firing: ReturnType<typeof heededAlerts>): string {
  if (firing.length === 0) return '; none concerns this rollout';
  return `; there are ${firing.map(({ alert }) => `${alert.id} (${alertName(alert)})`).join(', ')}`;
}
