import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { changesets } from '../../core/schema-migration/foreign/changeset.ts';
import { flywayFile } from '../../core/schema-migration/foreign/flyway-file.ts';
import {
  changesetsInTransactions,
  flywayWraps,
} from '../../core/schema-migration/lint/in-transactions.ts';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import type { Statement } from '../../core/schema-migration/lint/statement.ts';
import { placeOfByte, placeOfLetter } from '../place-in-text.ts';
import type { TextFile } from '../read-files.ts';
import type { Foreseen } from './foresight.ts';

/** How scripts are run; `transaction` undefined: as the tool does that the file is made for. */
export interface Running {
  readonly server: number;
  readonly transaction: 'file' | 'statement' | undefined;
}

/** What an SQL file does, whether written by hand, for Flyway or for Liquibase. */
export async function foreseeScript(file: TextFile, running: Running): Promise<Foreseen> {
  refusePlaceholders(file);
  const parsed = await parseScript(file.text);
  if ('message' in parsed) throw notUnderstood({ ...parsed, file });
  const findings = lintScript(...asRun(file, parsed, running)).map(({ place, ...finding }) => ({
    ...finding,
    file: file.name,
    ...placeOfByte(file.text, place),
  }));
  return { findings, migrations: [], scripts: [{ file: file.name, sql: file.text }] };
}

function asRun(
  file: TextFile,
  statements: readonly Statement[],
  { server, transaction }: Running,
): Parameters<typeof lintScript> {
  if (transaction !== undefined) {
    return [statements, { server, isWrapped: transaction === 'file' }];
  }
  if (changesets(file) !== null) {
    return [changesetsInTransactions(statements), { server, isWrapped: false }];
  }
  return [statements, { server, isWrapped: flywayFile(file) !== null && flywayWraps(statements) }];
}

function refusePlaceholders(file: TextFile): void {
  const [migration] = flywayFile(file) ?? [];
  if (migration === undefined || migration.refusal === null) return;
  const message = `${migration.refusal}: give it the text that Flyway runs`;
  const at = placeOfLetter(file.text, Array.from(file.text.split('${')[0] ?? '').length);
  throw new CrossfadeError('invalidInput', 'a file cannot be read', {
    faults: [{ file: file.name, ...at, message }],
  });
}

function notUnderstood(fault: {
  readonly file: TextFile;
  readonly letter: number;
  readonly message: string;
}): CrossfadeError {
  const { name, text } = fault.file;
  const placed = { file: name, ...placeOfLetter(text, fault.letter), message: fault.message };
  return new CrossfadeError('invalidInput', 'PostgreSQL does not understand it', {
    faults: [placed],
  });
}
