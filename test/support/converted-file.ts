import { readFileSync } from 'node:fs';
import { parseScript } from '../../src/adapters/pg-parser/parse-script.ts';
import { typeormClasses } from '../../src/core/schema-migration/foreign/typeorm-class.ts';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import { readMigrations } from '../../src/language/read-migrations.ts';
import { runCommand } from './run-command.ts';

export const migrationFiles = 'test/fixtures/migrations';

const tables = `${migrationFiles}/before/tables.sql`;

/** SQL that makes what the migration files are written for, with rows. */
export const beforeMigrations = [tables, `${migrationFiles}/before/rows.sql`]
  .map((path) => readFileSync(path, 'utf8'))
  .join('');

/** What `crossfade init` says of one of the files; `options` begin with a blank. */
export function convertFile(name: string, options = ''): ReturnType<typeof runCommand> {
  const ending = name.endsWith('.ts') ? 'typeorm' : 'sql';
  const kind = name.startsWith('V') ? 'flyway' : ending;
  return runCommand(`init --from-${kind} ${migrationFiles}/${name} --schema ${tables}${options}`);
}

/** The schema migration in what `crossfade init` writes for it. */
export async function migrationFor(name: string): Promise<SchemaMigration> {
  const { out, err } = await convertFile(name);
  const [written] = readMigrations([{ name: 'proposal', text: out }]);
  if (written === undefined) throw new Error(`${name} is not converted: ${err}`);
  return written.migration;
}

/** The file's own statements, one by one. */
export async function statementsOf(name: string): Promise<readonly string[]> {
  const text = readFileSync(`${migrationFiles}/${name}`, 'utf8');
  const sql = name.endsWith('.ts') ? (typeormClasses({ name, text })[0]?.sql ?? '') : text;
  const parsed = await parseScript(sql);
  if ('message' in parsed) throw new Error(`${name}: ${parsed.message}`);
  return parsed.map((statement) => statement.text);
}
