import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { changesets } from '../../core/schema-migration/foreign/changeset.ts';
import { flywayFile, placeholderIn } from '../../core/schema-migration/foreign/flyway-file.ts';
import {
  changesetsInTransactions,
  flywayWraps,
  inTransaction,
} from '../../core/schema-migration/lint/in-transactions.ts';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import type { Statement } from '../../core/schema-migration/lint/statement.ts';
import { placeOfByte, placeOfLetter } from '../place-in-text.ts';
import { notUnderstood } from './not-understood.ts';
import type { TextFile } from '../read-files.ts';
import type { Script } from './script.ts';

/** How scripts are run; `transaction` undefined: as the tool does that the file is made for. */
export interface Running {
  readonly server: number;
  readonly transaction: 'file' | 'statement' | undefined;
}

/** An SQL file, whether written by hand, for Flyway or for Liquibase. */
export async function readScript(file: TextFile, running: Running): Promise<Script> {
  refusePlaceholders(file);
  const { name, text } = file;
  const parsed = await parseScript(text);
  if ('message' in parsed) throw notUnderstood(file, parsed.letter, parsed.message);
  const { server } = running;
  const isWrapped = wraps(file, parsed, running);
  const parts =
    running.transaction === undefined && changesets(file) !== null
      ? changesetsInTransactions(parsed)
      : parsed;
  return {
    file: name,
    sql: text,
    statements: isWrapped ? inTransaction(parts) : parts,
    findings: lintScript(parts, { server, isWrapped }),
    place: (bytes) => placeOfByte(text, bytes),
  };
}

function wraps(
  file: TextFile,
  statements: readonly Statement[],
  { transaction }: Running,
): boolean {
  if (transaction !== undefined) return transaction === 'file';
  return flywayFile(file) !== null && flywayWraps(statements);
}

function refusePlaceholders(file: TextFile): void {
  const found = flywayFile(file) === null ? null : placeholderIn(file.text);
  if (found === null) return;
  const message = `${found}: give it the text that Flyway runs`;
  const at = placeOfLetter(file.text, Array.from(file.text.split('${')[0] ?? '').length);
  throw new CrossfadeError('invalidInput', 'a file cannot be read', {
    faults: [{ file: file.name, ...at, message }],
  });
}
