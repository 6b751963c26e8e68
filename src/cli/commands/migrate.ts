import { CrossfadeError } from '../../core/errors.ts';
import type { DirectAnswer, DirectProgress } from '../../core/protocol/direct-view.ts';
import { isOver } from '../../core/protocol/direct-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { readFiles } from '../read-files.ts';
import { formatted, isForPerson, type OutputForm } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { directText } from '../views/direct-text.ts';
import { durationFrom } from '../views/words.ts';
import { personOf } from './send-command.ts';

export interface MigrateOptions {
  readonly file?: readonly string[];
  readonly target: string;
  readonly direct?: boolean;
  readonly baseline?: boolean;
  readonly abandon?: string;
  readonly timeout?: string;
  readonly output?: OutputForm;
}

const pollMs = 200;

/** Of the first call none; of the others what that one answered. */
type Ask = (again: { readonly generation?: number }) => Promise<DirectAnswer>;

/**
 * Carries out all parts of the files' schema migrations at once, or takes back what was begun of one, and
 * waits for the end.
 */
export async function migrate(options: MigrateOptions, terminal: Terminal): Promise<number> {
  const limitMs = durationFrom(options.timeout);
  const ask =
    options.abandon === undefined
      ? await carryingOut(options, terminal)
      : givingUp(options, options.abandon, terminal);
  const ended = new Map<string, DirectProgress>();
  let answer = asItEnded(await ask({}), ended);
  const told = new Set<string>();
  for (let waited = 0; ; waited += pollMs) {
    tell(answer, told, options, terminal);
    const end = endOf(answer);
    if (end !== null) return end;
    if (waited >= limitMs) {
      terminal.err(`not done within ${options.timeout ?? ''}; run it again to go on\n`);
      return exitStatus.timeout;
    }
    await terminal.sleep(pollMs);
    answer = asItEnded(await ask({ generation: answer.generation }), ended);
  }
}

async function carryingOut(options: MigrateOptions, terminal: Terminal): Promise<Ask> {
  const { direct = false, baseline = false, target, file } = options;
  if (!direct && !baseline) {
    throw new CrossfadeError(
      'invalidInput',
      'say --direct to carry out all parts at once; in production apply a policy and start it, or say --baseline where the new shape is there already',
    );
  }
  if (file === undefined) {
    throw new CrossfadeError('invalidInput', 'say -f PATH: the files with the schema migrations');
  }
  const files = await readFiles(file, terminal, '.yaml .yml .sql .ts .js');
  const client = new ApiClient(connectionOf(terminal.env));
  const request = { files, baseline, ...personOf(terminal.env) };
  return (again) => client.migrate(target, { ...request, ...again });
}

function givingUp(
  { target, file, direct, baseline }: MigrateOptions,
  migration: string,
  terminal: Terminal,
): Ask {
  if (file !== undefined || direct === true || baseline === true) {
    throw new CrossfadeError(
      'invalidInput',
      '--abandon takes a name and no files: what was begun stands on the target; leave -f, --direct and --baseline out',
    );
  }
  const client = new ApiClient(connectionOf(terminal.env));
  const request = { migration, ...personOf(terminal.env) };
  return (again) => client.abandon(target, { ...request, ...again });
}

/** A later call finds that there which an earlier one has carried out: what the earlier one said holds. */
function asItEnded(answer: DirectAnswer, ended: Map<string, DirectProgress>): DirectAnswer {
  const migrations = answer.migrations.map((one) => ended.get(one.migration) ?? one);
  for (const one of migrations) if (isOver(one)) ended.set(one.migration, one);
  return { ...answer, migrations };
}

/** Each line once; for programs only the end. */
function tell(
  answer: DirectAnswer,
  told: Set<string>,
  { target, output }: MigrateOptions,
  terminal: Terminal,
): void {
  if (!isForPerson(output)) {
    const names = () => answer.migrations.map(({ migration }) => `schemamigration/${migration}`);
    const shown = { data: answer, table: () => '', names };
    if (endOf(answer) !== null) terminal.out(formatted(output, shown));
    return;
  }
  for (const line of answer.migrations.flatMap((one) => directText(one, target))) {
    if (told.has(line.text)) continue;
    told.add(line.text);
    (line.isData ? terminal.out : terminal.err)(`${line.text}\n`);
  }
}

/** The exit status, or null while it goes on. */
function endOf({ migrations, of }: DirectAnswer): number | null {
  const last: DirectProgress | undefined = migrations.at(-1);
  if (last?.state === 'failed') return exitStatus.error;
  if (last?.state === 'held') return exitStatus.stopped;
  return migrations.length === of && migrations.every(isOver) ? exitStatus.ok : null;
}
