import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';
import { infoText } from '../views/info-text.ts';

export interface InfoOptions {
  readonly target: string;
  readonly output?: 'table' | 'json';
}

/** What was carried out on a target, and what is known for it and was not. */
export async function info(options: InfoOptions, terminal: Terminal): Promise<number> {
  const rows = await new ApiClient(connectionOf(terminal.env)).info(options.target);
  const json = options.output === 'json';
  terminal.out(json ? `${JSON.stringify({ migrations: rows })}\n` : infoText(rows, terminal));
  return exitStatus.ok;
}
