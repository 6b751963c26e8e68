import type { AskedRollout } from '../adapters/break-glass/request-rollback.ts';
import { CrossfadeError } from '../core/errors.ts';
import { quoteLiteral } from '../core/schema-migration/identifier.ts';
import { exitStatus } from './exit-status.ts';
import type { Terminal } from './terminal.ts';

interface Asking {
  readonly requestId: string;
  readonly reason?: string;
}

/** A rollback without an answer from any server: in the state database, or by what a person can do by hand. */
export async function breakGlass(
  name: string | null,
  asking: Asking,
  terminal: Terminal,
  unanswered: CrossfadeError,
): Promise<number> {
  const asked = await askedInState(name, asking, terminal);
  if (typeof asked === 'string') throw notDone(name, unanswered, asked);
  if (asked.length === 0) {
    const what = name === null ? 'no rollout is under way' : `no rollout of ${name} is under way`;
    throw new CrossfadeError('notFound', `${what}; ${unanswered.message}`);
  }
  for (const { rollout } of asked) {
    terminal.out(
      `rollback of ${rollout} requested in the state database (request ${asking.requestId})\n`,
    );
  }
  const targets = asked.map(({ policy, target }) => `-- on ${target}\n${killSwitch(policy)}`);
  terminal.err(
    [
      unanswered.message,
      'The first server that looks carries it out. While none does, this brings units back where the route row is read:',
      ...targets,
      '',
    ].join('\n'),
  );
  return exitStatus.ok;
}

/** The rollouts that it was asked for, or why the state database could not be asked. */
async function askedInState(
  name: string | null,
  { requestId, reason }: Asking,
  { env }: Terminal,
): Promise<readonly AskedRollout[] | string> {
  const url = env['DATABASE_URL'] ?? '';
  if (url === '') return 'DATABASE_URL, the address of its database, is not set';
  // Loaded here, since no other command needs a driver.
  const { requestRollback } = await import('../adapters/break-glass/request-rollback.ts');
  const by = `${env['USER'] ?? env['LOGNAME'] ?? 'somebody'} (state database)`;
  try {
    return await requestRollback(url, name, { by, reason: reason ?? null, requestId });
  } catch (error) {
    return `its database does not take it: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Whoever types this at night must not believe that something happened. */
function notDone(name: string | null, unanswered: CrossfadeError, why: string): CrossfadeError {
  const arrived = unanswered.message.includes('ECONNREFUSED')
    ? 'Nothing was asked for and nothing was changed.'
    : 'Whether the request arrived is not known.';
  const what = name ?? 'No rollout';
  const again = name ?? '--all';
  const message = [
    `${what} was ${name === null ? '' : 'NOT '}rolled back by this command: ${unanswered.message}; ${why}`,
    arrived,
    'Units stay on the side that serves them now: instances keep their last route until it is too old for them.',
    'Where services read the route row, this on the target brings units back within seconds while Crossfade is away:',
    killSwitch(name),
    `Once a server runs it goes by the flag again; so start one, then repeat: crossfade rollback ${again}`,
  ].join('\n');
  return new CrossfadeError('unavailable', message, { cause: unanswered });
}

/** The second path's kill switch, as SQL for the target. */
function killSwitch(policy: string | null): string {
  const where = policy === null ? '' : ` WHERE migration = ${quoteLiteral(policy)}`;
  return `UPDATE crossfade.route SET kill = true, updated_at = clock_timestamp()${where};`;
}
