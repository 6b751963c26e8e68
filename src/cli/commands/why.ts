import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { decisionText } from '../views/decision-text.ts';

/** The last decision in words: what was decided, from what, and what would change it. */
export async function why(
  name: string,
  options: { readonly output?: 'table' | 'json' },
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const [rollout, decisions] = await Promise.all([client.rollout(name), client.decisions(name)]);
  if (options.output === 'json') terminal.out(`${JSON.stringify({ rollout, decisions })}\n`);
  else {
    const look = { paint: paintFor(terminal), timeZone: terminal.timeZone };
    terminal.out(decisionText(rollout, decisions, look));
  }
  return exitStatus.ok;
}
