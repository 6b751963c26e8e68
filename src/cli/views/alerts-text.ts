import { alertName } from '../../core/alerts/alert.ts';
import type { AlertConcern, AlertList, ListedAlert } from '../../core/protocol/alert-list.ts';
import { clock, type Look, safe, table } from './words.ts';

/** `crossfade alerts`: a line for each alert, and one below it for each rollout that it concerns. */
export function alertsText({ alerts, now }: AlertList, look: Look): string {
  if (alerts.length === 0) return 'no alert fires\n';
  const rows = alerts.flatMap((alert) => [
    [alert.id, stateOf(alert, now, look), nameOf(alert), safe(alert.summary)],
    ...alert.concerns.map((concern) => [
      '',
      '',
      safe(concern.rollout),
      concernWords(concern, now, look),
    ]),
  ]);
  return table(rows)
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function stateOf({ status, startsAt, resolvedAt }: ListedAlert, now: number, look: Look): string {
  if (status === 'firing')
    return startsAt === null ? 'fires' : `since ${clock(startsAt, now, look)}`;
  return resolvedAt === null ? 'over' : `until ${clock(resolvedAt, now, look)}`;
}

function nameOf(alert: ListedAlert): string {
  const rest = alert.isPartial ? ', left out by its sender' : '';
  return `${safe(alertName(alert))} (${alert.source}${rest})`;
}

const does = { rollback: 'rolls back', hold: 'holds', notify: 'is shown' } as const;

/** `holds; hold 02:10:04` or `dismissed by alice: a test of the pager`. */
function concernWords({ action, dismissed, did }: AlertConcern, now: number, look: Look): string {
  const present =
    dismissed !== undefined
      ? `dismissed by ${safe(dismissed.by)}: ${safe(dismissed.reason)}`
      : action === null
        ? ''
        : does[action];
  const past = did.map(
    ({ action: led, at, seq }) => `${led} ${clock(at, now, look)} (decision ${seq})`,
  );
  return [present, ...past].filter((words) => words !== '').join('; ');
}
