import { CrossfadeError } from '../../core/errors.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { historyEntry } from '../history-entry.ts';
import { lastEvents } from '../last-events.ts';
import { isForPerson, type OutputForm, show } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { eventsText } from '../views/events-text.ts';
import { durationFrom } from '../views/words.ts';

export interface HistoryOptions {
  readonly since?: string;
  readonly limit: string;
  readonly output?: OutputForm;
}

/** What happened to the newest attempt of a policy, or to one attempt by its id, oldest first: the last so many. */
export async function history(
  name: string,
  { since, limit, output }: HistoryOptions,
  terminal: Terminal,
): Promise<number> {
  const atMost = limitOf(limit);
  const sinceMs = durationFrom(since);
  const client = new ApiClient(connectionOf(terminal.env));
  const { id, now } = await client.rollout(name);
  const span = { since: Math.max(0, now - sinceMs), limit: atMost };
  const found = await lastEvents(client, id, span);
  const events = found.events.slice(-atMost).map(historyEntry);
  const look = { paint: paintFor(terminal), timeZone: terminal.timeZone };
  const shown = {
    data: { rollout: id, events },
    table: () => eventsText(events, now, look),
    wide: () => eventsText(events, now, look, true),
    names: () => events.map((event) => `${event.kind}/${event.id}`),
  };
  show(output, shown, terminal);
  const hasMore = found.hasEarlier || found.events.length > atMost;
  if (hasMore && isForPerson(output))
    terminal.err(`there are earlier ones: --limit ${2 * atMost}\n`);
  return exitStatus.ok;
}

function limitOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CrossfadeError('invalidInput', `--limit is \`${text}\`; expected a number, such as 50`);
}
