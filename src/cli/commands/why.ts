import { CrossfadeError } from '../../core/errors.ts';
import type { RestoresView } from '../../core/protocol/restore-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { decisionText } from '../views/decision-text.ts';
import { restoreLines } from '../views/restore-lines.ts';

/** The last decision in words: what was decided, from what, and what would change it. */
export async function why(
  name: string,
  options: { readonly output?: OutputForm },
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const [rollout, decisions] = await Promise.all([client.rollout(name), client.decisions(name)]);
  const restores = rollout.phase === 'completed' ? await restoresOf(client, name) : [];
  const look = { paint: paintFor(terminal), timeZone: terminal.timeZone };
  const table = () => {
    const restored = restoreLines(restores, rollout.now, look);
    return decisionText(rollout, decisions, look) + restored.map((line) => `${line}\n`).join('');
  };
  const data = { rollout, decisions, ...(restores.length === 0 ? {} : { restores }) };
  const names = () => decisions.slice(-1).map(({ seq }) => `decision/${seq}`);
  show(options.output, { data, table, names }, terminal);
  return exitStatus.ok;
}

/** They stand on the target: without it there is a decision to explain all the same. */
async function restoresOf(client: ApiClient, name: string): Promise<RestoresView['restores']> {
  try {
    return (await client.restores(name)).restores;
  } catch (fault) {
    if (fault instanceof CrossfadeError && fault.code === 'unavailable') return [];
    throw fault;
  }
}
