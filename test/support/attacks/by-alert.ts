import type { GuardedServer } from '../guarded-server.ts';
import { type Attack, type Outcome, sendAs } from './attack.ts';

/** Told of by a sender that is let in; refused when it is taken and concerns nobody's rollout. */
async function tell(server: GuardedServer, labels: string): Promise<Outcome> {
  const alert =
    `{"status":"firing","labels":${labels},"annotations":{},"startsAt":"2020-01-01T00:00:00Z",` +
    '"endsAt":"0001-01-01T00:00:00Z","fingerprint":"e1db6c950a0714bd"}';
  const body = `{"version":"4","status":"firing","alerts":[${alert}]}`;
  const told = await sendAs(server, 'alerts', 'POST', '/api/v1/alerts/alertmanager', body);
  return told.body.includes('"concerns":[]') ? told : { ...told, status: 0 };
}

/** Whoever may tell of alerts, and wants to move a rollout that none of them is about. */
export const attacksByAlert: readonly Attack[] = [
  {
    attack: 'SQL in a label of an alert',
    refusedBy: 'labels are compared as they are, and travel as parameters',
    answers: [202],
    attempt: (server) => tell(server, `{"alertname":"X","rollout":"x' OR '1'='1"}`),
  },
  {
    attack: 'an expression in a label of an alert that fits every rollout',
    refusedBy: 'labels are compared as they are; none is an expression',
    answers: [202],
    attempt: (server) => tell(server, '{"alertname":"X","rollout":".*"}'),
  },
  {
    attack: 'an alert whose labels write to `__proto__`',
    refusedBy: 'a label is a text; what is none is counted as refused',
    answers: [202],
    attempt: (server) =>
      tell(server, '{"alertname":"X","__proto__":{"rollout":"users-birthdate"}}'),
  },
];
