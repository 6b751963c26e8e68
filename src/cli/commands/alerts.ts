import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { alertsText } from '../views/alerts-text.ts';

export interface AlertsOptions {
  readonly all?: boolean;
  readonly output?: 'table' | 'json';
}

/** What fires, whom it concerns and what it led to; with `--all` also what is over. */
export async function alerts(
  { all = false, output }: AlertsOptions,
  terminal: Terminal,
): Promise<number> {
  const list = await new ApiClient(connectionOf(terminal.env)).alerts(!all);
  const look = { paint: paintFor(terminal), timeZone: terminal.timeZone };
  terminal.out(output === 'json' ? `${JSON.stringify(list)}\n` : alertsText(list, look));
  return exitStatus.ok;
}
