import { CrossfadeError } from '../../core/errors.ts';
import { ApiClient } from '../api-client.ts';
import { checkOffline } from '../check-offline.ts';
import { connectionOf } from '../connection.ts';
import {
  type DocumentChange,
  documentChanges,
  driftedChange,
  prunedChanges,
} from '../document-changes.ts';
import { exitStatus, statusOfError } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import { readFiles } from '../read-files.ts';
import { type SetOptions, setOfFiles } from '../set-of-files.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { changesText } from '../views/changes-text.ts';

export interface DiffOptions extends SetOptions {
  readonly file?: readonly string[];
  readonly drift?: boolean;
  readonly output?: OutputForm;
}

/**
 * What `apply` would change on the server, or what people have applied over sets. Exit status 0: nothing,
 * 1: something, 2: it cannot be told.
 */
export async function diff(options: DiffOptions, terminal: Terminal): Promise<number> {
  const { file = [], drift = false, output } = options;
  if (drift === file.length > 0) {
    const message = 'say what to compare: -f PATH, or --drift for what was applied over sets';
    throw new CrossfadeError('invalidInput', message);
  }
  try {
    const client = new ApiClient(connectionOf(terminal.env));
    const changes = drift
      ? await driftOf(client)
      : await changesOf(client, file, options, terminal);
    if (changes === null) return exitStatus.invalid;
    const shown = {
      data: { changes },
      table: () => changesText(changes, paintFor(terminal)),
      names: () => changes.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`),
    };
    show(output, shown, terminal);
    return changes.length === 0 ? exitStatus.ok : exitStatus.error;
  } catch (error) {
    // 1 says that something differs, as everywhere where there is a diff.
    if (!(error instanceof CrossfadeError) || statusOfError(error.code) !== exitStatus.error) {
      throw error;
    }
    terminal.err(`crossfade: ${error.message}\n`);
    return exitStatus.invalid;
  }
}

/** Null when the files have faults, which are said. */
async function changesOf(
  client: ApiClient,
  paths: readonly string[],
  options: DiffOptions,
  terminal: Terminal,
): Promise<readonly DocumentChange[] | null> {
  const checked = await checkOffline(paths, terminal);
  if (checked === null) return null;
  const written = checked.documents.map(({ kind, project, name, source }) => {
    return { kind, project, name, text: source.text };
  });
  const set = await setOfFiles(paths, options);
  const applied = await client.documents();
  const changes = documentChanges(written, applied);
  if (set === null) return changes;
  // Only the server knows what the set had, and what stands on it.
  const answer = await client.apply(await readFiles(paths, terminal), { set, dryRun: true });
  return [...changes, ...prunedChanges(answer.applied, applied)];
}

async function driftOf(client: ApiClient): Promise<readonly DocumentChange[]> {
  const changes: DocumentChange[] = [];
  for (const { name: set, drifted } of await client.documentSets()) {
    for (const one of drifted) {
      const kept = await client.revisions(one);
      const textOf = (revision: string): string | null =>
        kept.find((of) => of.revision === revision)?.text ?? null;
      changes.push(driftedChange(one, set, textOf));
    }
  }
  return changes;
}
