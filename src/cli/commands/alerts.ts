import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { alertsText } from '../views/alerts-text.ts';

export interface AlertsOptions {
  readonly all?: boolean;
  readonly output?: OutputForm;
}

/** What fires, whom it concerns and what it led to; with `--all` also what is over. */
export async function alerts(
  { all = false, output }: AlertsOptions,
  terminal: Terminal,
): Promise<number> {
  const list = await new ApiClient(connectionOf(terminal.env)).alerts(!all);
  const look = { paint: paintFor(terminal), timeZone: terminal.timeZone };
  const names = () => list.alerts.map(({ id }) => `alert/${id}`);
  show(output, { data: list, table: () => alertsText(list, look), names }, terminal);
  return exitStatus.ok;
}
