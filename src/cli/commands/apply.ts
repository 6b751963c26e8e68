import type { AppliedDocument, AppliedDocuments } from '../../core/protocol/applied-documents.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { printWarnings } from '../faults.ts';
import { type OutputForm, show } from '../output.ts';
import { readFiles } from '../read-files.ts';
import { type SetOptions, setOfFiles } from '../set-of-files.ts';
import type { Terminal } from '../terminal.ts';
import { safe } from '../views/words.ts';

export interface ApplyOptions extends SetOptions {
  readonly file: readonly string[];
  readonly dryRun?: boolean;
  readonly output?: OutputForm;
}

/** Stores documents on the server, all or none. Starts nothing. */
export async function apply(options: ApplyOptions, terminal: Terminal): Promise<number> {
  const { file, dryRun = false, output } = options;
  const files = await readFiles(file, terminal);
  const set = await setOfFiles(file, options);
  const how = { ...(set === null ? {} : { set }), ...(dryRun ? { dryRun } : {}) };
  const answer = await new ApiClient(connectionOf(terminal.env)).apply(files, how);
  const { applied, warnings, ...more } = answer;
  const shown = {
    data: { applied, ...more },
    table: () => applied.map(lineOf).join(''),
    names: () => applied.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`),
  };
  show(output, shown, terminal);
  printWarnings(warnings, terminal);
  for (const { kind, name, set: owner } of answer.over ?? []) {
    terminal.err(safe(`${kind} ${name} belongs to the set ${owner}, which takes this back`) + '\n');
  }
  if (answer.set !== undefined) terminal.err(`${setLine(answer.set)}\n`);
  if (dryRun) terminal.err('a dry run: nothing was stored\n');
  else sayWhatIsNext(answer, terminal);
  return exitStatus.ok;
}

function sayWhatIsNext({ applied, living = [] }: AppliedDocuments, terminal: Terminal): void {
  for (const { name, change } of applied.filter(({ kind }) => kind === 'RolloutPolicy')) {
    if (notWanted.has(change)) continue;
    const alive = living.find(({ policy }) => policy === name);
    const words =
      alive === undefined
        ? `nothing has started; next: crossfade start ${name}`
        : `${alive.rollout} goes on by revision ${alive.revision}; onto this one: crossfade rebase ${name}`;
    terminal.err(`${words}\n`);
  }
}

/** What became of documents that the set no longer has. */
const notWanted: ReadonlySet<AppliedDocument['change']> = new Set(['pruned', 'kept', 'left']);

function lineOf({ kind, name, revision, change, why }: AppliedDocument): string {
  if (change === 'kept') return `${safe(`${kind} ${name} kept: ${why ?? ''}`)}\n`;
  if (change === 'left')
    return `${safe(`${kind} ${name} left: no longer in the set; --prune takes it away`)}\n`;
  return `${safe(`${kind} ${name} ${change} (revision ${revision})`)}\n`;
}

function setLine({ name, revision, commit, dirty }: NonNullable<AppliedDocuments['set']>): string {
  const at = commit === null ? 'no commit known' : `commit ${commit.slice(0, 12)}`;
  return `set ${name} revision ${revision}, ${at}${dirty ? ' with changes that are in none' : ''}`;
}
