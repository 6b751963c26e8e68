import type { AlertList } from '../../core/protocol/alert-list.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { formatted, isForPerson, type OutputForm, show, type Shown } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { alertsText } from '../views/alerts-text.ts';
import type { Look } from '../views/words.ts';
import { watch } from '../watch.ts';

export interface AlertsOptions {
  readonly all?: boolean;
  readonly watch?: boolean;
  readonly timeout?: string;
  readonly output?: OutputForm;
}

/** What fires, whom it concerns and what it led to; with `--all` also what is over. */
export async function alerts(
  { all = false, watch: follows, timeout, output }: AlertsOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const paint: Look = { paint: paintFor(terminal), timeZone: terminal.timeZone };
  const look = () => client.alerts(!all);
  if (follows !== true) {
    show(output, shownOf(await look(), paint), terminal);
    return exitStatus.ok;
  }
  const picture = (list: AlertList) => ({
    text: formatted(output, shownOf(list, paint)),
    key: JSON.stringify(list.alerts.map(still)),
  });
  const redraws = terminal.interactive && isForPerson(output);
  const late = `${timeout ?? ''} are over`;
  return watch({ look, picture, end: () => null, late }, { timeout, redraws }, terminal);
}

function shownOf(list: AlertList, look: Look): Shown {
  return {
    data: list,
    table: () => alertsText(list, look),
    names: () => list.alerts.map(({ id }) => `alert/${id}`),
  };
}

/** That it was told of again is no news. */
function still(alert: AlertList['alerts'][number]) {
  const { lastHeardAt: _heard, told: _told, ...rest } = alert;
  return rest;
}
