import { alertName } from '../../core/alerts/alert.ts';
import { ownSource } from '../../core/alerts/alert-rule.ts';
import { faulty, fine, warns } from '../../core/doctor/doctor-row.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import type { StoredAlert } from '../../core/protocol/alert-list.ts';
import type { Alert } from '../../core/alerts/alert.ts';
import type { AlertIntake } from '../alert-intake.ts';
import type { AlertInbox } from '../ports/alert-inbox.ts';
import type { Clock } from '../ports/clock.ts';
import type { Examination } from './examination.ts';

/** A label that only test alerts have; its value tells one from all others. */
const testLabel = 'crossfade_test';

/** So many of the alerts heard of last are looked through for one that somebody else sent. */
const recent = 200;

/**
 * Sends an alert of Crossfade's own through the intake, which by its source can concern no rollout, and looks
 * for it in the inbox; then ends it. Beside it: whether any sender has ever told of one.
 */
export function examineAlerts(intake: AlertIntake, inbox: AlertInbox, clock: Clock): Examination {
  return {
    part: 'alerts',
    async look(): Promise<readonly DoctorRow[]> {
      const now = await clock.now();
      return [await throughIntake(now), senderRow(await inbox.recent(recent), now)];
    },
  };

  async function throughIntake(now: number): Promise<DoctorRow> {
    const alert = testAlert(now);
    await intake.take([alert], 0);
    const rule = { match: { [testLabel]: String(now) }, do: 'notify' } as const;
    const found = await inbox.firing([rule]);
    await intake.take([{ ...alert, status: 'resolved', endsAt: now }], 0);
    if (found.length > 0) return fine('alerts', 'intake', 'a test alert arrived in the inbox');
    const message = 'a test alert was taken in and is not in the inbox';
    return faulty('alerts', 'intake', message, 'The log of the server says more.');
  }
}

function testAlert(now: number): Alert {
  return {
    source: 'alertmanager',
    fingerprint: `crossfade doctor ${now}`,
    status: 'firing',
    labels: { alertname: 'CrossfadeDoctor', source: ownSource, [testLabel]: String(now) },
    summary: 'sent by crossfade doctor to see that alerts arrive',
    link: null,
    startsAt: now,
    endsAt: null,
    isPartial: false,
  };
}

function senderRow(alerts: readonly StoredAlert[], now: number): DoctorRow {
  const last = alerts.find(({ labels }) => labels['source'] !== ownSource);
  if (last === undefined) {
    const remedy = 'Let Alertmanager send to /api/v1/alerts/alertmanager: docs/alerts.md';
    return warns('alerts', 'senders', 'nobody has told of an alert yet', remedy);
  }
  const minutes = Math.max(0, Math.round((now - last.lastHeardAt) / 60_000));
  const message = `last heard of ${alertName(last)} from ${last.source} ${minutes} min ago`;
  return fine('alerts', 'senders', message);
}
