import { randomUUID } from 'node:crypto';

import type { RebaseView } from '../../core/protocol/rebase-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import type { Terminal } from '../terminal.ts';
import { safe } from '../views/words.ts';
import { personOf, type CommandOptions } from './send-command.ts';

export interface RebaseOptions extends CommandOptions {
  /** Of the policy's document; the one that is applied when left out. */
  readonly revision?: string;
  readonly confirm?: boolean;
  readonly dryRun?: boolean;
}

/** Moves a living rollout onto a newer revision of its policy, where only what is still to come differs. */
export async function rebase(
  name: string,
  { revision, confirm = false, dryRun = false, reason, requestId }: RebaseOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const which = revision === undefined ? {} : { revision };
  if (dryRun) {
    const view = await client.plannedRebase(name, revision);
    terminal.out(`${view.rollout} would go from revision ${view.from} onto ${view.to}\n`);
    print(view, terminal);
    terminal.err('a dry run: nothing was changed\n');
    return exitStatus.ok;
  }
  const view = await client.rebase(name, {
    ...which,
    confirm,
    ...(reason === undefined ? {} : { reason }),
    requestId: requestId ?? randomUUID(),
    ...personOf(terminal.env),
  });
  terminal.out(`${headline(view)}\n`);
  if (view.from !== view.to) print(view, terminal);
  terminal.err(`follow it: crossfade status ${name} --watch\n`);
  return exitStatus.ok;
}

function headline({ rollout, from, to, answered, reason }: RebaseView): string {
  if (from === to) return `${rollout}: ${safe(reason ?? `it runs by revision ${to} already`)}`;
  if (!answered) return `rebase of ${rollout} from revision ${from} onto ${to} requested`;
  return `${rollout} goes by revision ${to} now, by ${from} until then`;
}

/** A line for each change; those that loosen are marked. */
function print({ changes, loosened }: RebaseView, terminal: Terminal): void {
  if (changes.length === 0) terminal.out('  nothing that it goes by differs\n');
  for (const change of changes) {
    terminal.out(`  ${safe(change)}${loosened.includes(change) ? '  (looser)' : ''}\n`);
  }
}
