import { alertName, type FiringAlert } from '../alerts/alert.ts';
import { actionOn, rulesOf } from '../alerts/alert-rule.ts';
import { type Dismissal, dismissalOf } from '../alerts/dismissal.ts';
import type { FailAction } from '../policy/guard.ts';
import type { Context } from './context.ts';
import type { Gate } from './gate.ts';
import { machine, type Move } from './move.ts';
import { rollbackMove } from './rollback-moves.ts';

/** A firing alert that concerns the rollout, with what it causes here and now. */
export interface HeededAlert {
  readonly alert: FiringAlert;
  readonly action: FailAction;
  /** Who said that it says nothing about this rollout; absent when nobody did. */
  readonly dismissed?: Dismissal;
}

/**
 * The sender's clock may be so far behind ours: an alert that seems to have begun just before the first
 * exposure is taken to be of it, since going back once too often loses nothing. Milliseconds.
 */
const skewMs = 15_000;

const order: readonly FailAction[] = ['rollback', 'hold', 'notify'];

/**
 * The alerts that concern a rollout, gravest first. One that began before anybody was exposed, or of which
 * nobody knows when it began, is no harm of this attempt: it holds, and does not roll back.
 */
export function heededAlerts(context: Context): readonly HeededAlert[] {
  return (context.observations.alerts ?? [])
    .flatMap((alert) => heeded(context, alert) ?? [])
    .sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
}

/** What one alert is to a rollout; null when it is none of its business. What a person dismissed is shown only. */
export function heeded(about: AlertBearer, alert: FiringAlert): HeededAlert | null {
  const action = actionOn(rulesOf(about.policy), alert);
  if (action === null) return null;
  const dismissed = dismissalOf(about.rollout.dismissedAlerts, alert);
  if (dismissed !== undefined) return { alert, action: 'notify', dismissed };
  return { alert, action: actionHere(about, alert, action) };
}

/** A rollout that alerts may concern. */
export type AlertBearer = Pick<Context, 'policy' | 'rollout'>;

function actionHere({ rollout }: AlertBearer, alert: FiringAlert, action: FailAction): FailAction {
  const { firstExposureAt } = rollout;
  const isOfThis =
    firstExposureAt !== null &&
    alert.startsAt !== null &&
    alert.startsAt >= firstExposureAt - skewMs;
  return action === 'rollback' && !isOfThis ? 'hold' : action;
}

/** Back to the old side because of an alert that began since somebody was exposed; else null. */
export function alertMove(context: Context): Move | null {
  const answeredAt = context.rollout.alertsAnsweredAt ?? 0;
  const grave = heededAlerts(context).find(
    ({ alert, action }) => action === 'rollback' && alert.heardAt > answeredAt,
  );
  if (grave === undefined) return null;
  const { alert } = grave;
  return { ...rollbackMove(context, machine, alertWords(alert)), alert: alert.id };
}

/** What keeps a rollout from going on while an alert fires; past the point of no return nothing does. */
export function alertGate(context: Context): Gate | null {
  if (context.rollout.step.gatePassedAt !== null) return null;
  const holding = heededAlerts(context).find(({ action }) => action !== 'notify');
  if (holding === undefined) return null;
  const { alert } = holding;
  return {
    kind: 'hold',
    code: `alert:${alertName(alert)}`,
    reason: alertWords(alert),
    alert: alert.id,
  };
}

/** `alert CheckoutErrors (alertmanager): half of all payments fail` */
function alertWords(alert: FiringAlert): string {
  const summary = alert.summary === '' ? 'fires' : alert.summary;
  return alert.isPartial
    ? `${alert.source} left alerts out of its notification, which may concern this rollout`
    : `alert ${alertName(alert)} (${alert.source}): ${summary}`;
}
