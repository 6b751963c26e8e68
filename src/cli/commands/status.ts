import { CrossfadeError } from '../../core/errors.ts';
import type { DocumentSetView } from '../../core/protocol/document-set-view.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import { ApiClient } from '../api-client.ts';
import { type Connection, connectionOf } from '../connection.ts';
import { exitStatus, statusOfRollout } from '../exit-status.ts';
import { formatted, isForPerson, type OutputForm, show, type Shown } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { rolloutDetail } from '../views/rollout-detail.ts';
import { rolloutLine } from '../views/rollout-line.ts';
import { rolloutList } from '../views/rollout-list.ts';
import { setLines } from '../views/set-lines.ts';
import { clock, type Look, safe } from '../views/words.ts';
import { watch } from '../watch.ts';

export interface StatusOptions {
  readonly watch?: boolean;
  readonly timeout?: string;
  readonly output?: OutputForm;
}

/** All rollouts, or one in full; `--watch` follows one until it ends, and all of them until it is stopped. */
export async function status(
  name: string | undefined,
  options: StatusOptions,
  terminal: Terminal,
): Promise<number> {
  const connection = connectionOf(terminal.env);
  if (options.watch === true) return follow(connection, name, options, terminal);
  const client = new ApiClient(connection);
  const look = lookOf(terminal);
  if (name === undefined) {
    const [rollouts, sets] = await Promise.all([client.rollouts(), setsOf(client)]);
    const place = placeLine(connection, rollouts, look);
    show(options.output, allShown(rollouts, look, [place, setLines(sets)]), terminal);
    return exitStatus.ok;
  }
  const rollout = await client.rollout(name);
  show(options.output, oneShown(rollout, look), terminal);
  return statusOfRollout(rollout);
}

function lookOf(terminal: Terminal): Look {
  return { paint: paintFor(terminal), timeZone: terminal.timeZone };
}

const nameOf = ({ policy }: RolloutView): string => `rollout/${policy}`;

/** Of the sets, as far as whoever asks may see them; an older server knows none. */
async function setsOf(client: ApiClient): Promise<readonly DocumentSetView[]> {
  try {
    return await client.documentSets();
  } catch (error) {
    if (error instanceof CrossfadeError && ['forbidden', 'notFound'].includes(error.code))
      return [];
    throw error;
  }
}

/** Whoever keeps several servers by name sees which one this is, and what time it is there. */
function placeLine({ context }: Connection, [first]: readonly RolloutView[], look: Look): string {
  if (context === undefined) return '';
  const time = first === undefined ? '' : `  ${clock(first.now, first.now, look)}`;
  return `${safe(context)}${time}\n`;
}

/** @param around lines before and after the list */
function allShown(
  rollouts: readonly RolloutView[],
  look: Look,
  [before, after]: readonly [before: string, after: string] = ['', ''],
): Shown {
  return {
    data: { rollouts },
    table: () => before + rolloutList(rollouts, look) + after,
    wide: () => before + rolloutList(rollouts, look, true) + after,
    names: () => [...new Set(rollouts.map(nameOf))],
  };
}

function oneShown(rollout: RolloutView, look: Look): Shown {
  return {
    data: rollout,
    table: () => rolloutDetail(rollout, look),
    names: () => [nameOf(rollout)],
  };
}

function follow(
  connection: Connection,
  name: string | undefined,
  { output, timeout }: StatusOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connection);
  const look = lookOf(terminal);
  const redraws = terminal.interactive && isForPerson(output);
  if (name === undefined) {
    const all = {
      look: () => client.rollouts(),
      picture: (rollouts: readonly RolloutView[]) => ({
        text: formatted(
          output,
          allShown(rollouts, look, [placeLine(connection, rollouts, look), '']),
        ),
        key: JSON.stringify(rollouts.map(still)),
      }),
      end: () => null,
      late: `${timeout ?? ''} are over`,
    };
    return watch(all, { timeout, redraws }, terminal);
  }
  const one = {
    look: () => client.rollout(name),
    picture: (rollout: RolloutView) => pictureOf(rollout, { output, redraws }, look),
    end: (rollout: RolloutView) => (isTerminal(rollout.phase) ? statusOfRollout(rollout) : null),
    late: `${name} has not ended within ${timeout ?? ''}`,
  };
  return watch(one, { timeout, redraws }, terminal);
}

/** In a terminal the whole, for logs a line, for programs the data. */
function pictureOf(
  rollout: RolloutView,
  { output, redraws }: { readonly output: OutputForm | undefined; readonly redraws: boolean },
  look: Look,
): { text: string; key: string } {
  if (!isForPerson(output)) {
    const text = formatted(output, oneShown(rollout, look));
    return { text: output === 'yaml' ? `---\n${text}` : text, key: JSON.stringify(still(rollout)) };
  }
  if (redraws) {
    const text = rolloutDetail(rollout, look);
    return { text, key: text };
  }
  const line = rolloutLine(rollout, look);
  return { text: `${line.time} ${line.text}\n`, key: line.text };
}

/** Without what changes when nothing does. */
function still(rollout: RolloutView): Omit<RolloutView, 'now'> {
  const { now: _, ...rest } = rollout;
  return rest;
}
