import { CrossfadeError } from '../../core/errors.ts';
import { ApiClient } from '../api-client.ts';
import { checkOffline } from '../check-offline.ts';
import { connectionOf } from '../connection.ts';
import { documentChanges } from '../document-changes.ts';
import { exitStatus, statusOfError } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { changesText } from '../views/changes-text.ts';

export interface DiffOptions {
  readonly file: readonly string[];
  readonly output?: OutputForm;
}

/** What `apply` would change on the server. Exit status 0: nothing, 1: something, 2: it cannot be told. */
export async function diff({ file, output }: DiffOptions, terminal: Terminal): Promise<number> {
  const checked = await checkOffline(file, terminal);
  if (checked === null) return exitStatus.invalid;
  const written = checked.documents.map(({ kind, project, name, source }) => {
    return { kind, project, name, text: source.text };
  });
  try {
    const applied = await new ApiClient(connectionOf(terminal.env)).documents();
    const changes = documentChanges(written, applied);
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
