import { CrossfadeError } from '../../core/errors.ts';
import { type DirectProgress, isOver } from '../../core/protocol/direct-view.ts';
import { foreignStatements } from '../../core/schema-migration/foreign/foreign-file.ts';
import {
  FIND_FOREIGN,
  foreignEntries,
  foreignTables,
  readForeign,
} from '../../core/schema-migration/foreign/foreign-history.ts';
import type {
  ForeignLine,
  ForeignTable,
} from '../../core/schema-migration/foreign/foreign-history.ts';
import {
  type ForeignEntry,
  type ForeignMigration,
  placeOf,
  toolNames,
} from '../../core/schema-migration/foreign/foreign-migration.ts';
import { noteForeign } from '../../core/schema-migration/foreign/foreign-note.ts';
import { isThere, pathKept } from '../../core/schema-migration/foreign/foreign-standing.ts';
import type { SummedMigration } from '../../core/schema-migration/foreign/foreign-standing.ts';
import { qualified } from '../../core/schema-migration/identifier.ts';
import { ownDdl } from '../../core/schema-migration/guard/guard-schema.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';

type Asking = Pick<TargetSession, 'query'>;

/** Shorter than a connection waits for an answer, so that the server says it, and is done with it. Milliseconds. */
const STATEMENT_MS = 25_000;

/** What other tools have carried out on a target, by the tables in which they keep it. */
export class ForeignHistories {
  readonly #database: TargetDatabase;
  readonly #statementMs: number;

  /** No statement of a file may take longer than `statementMs`. */
  constructor(database: TargetDatabase, statementMs = STATEMENT_MS) {
    this.#database = database;
    this.#statementMs = statementMs;
  }

  /** Tables that other tools keep here, and what stands in those that may be read. */
  async read(): Promise<{ tables: readonly ForeignTable[]; entries: readonly ForeignEntry[] }> {
    const tables = foreignTables(await this.#database.query<ForeignTable>(FIND_FOREIGN));
    const entries: ForeignEntry[] = [];
    for (const table of tables) {
      if (table.readable) entries.push(...(await entriesOf(this.#database, table)));
    }
    return { tables, entries };
  }

  /** The sums of files in the form in which their tools write them down. */
  async summed(files: readonly ForeignMigration[]): Promise<readonly SummedMigration[]> {
    const texts = files.map(({ sum }) => (sum?.kind === 'md5' ? sum.of : null));
    const rows = await this.#database.query<{ sum: string | null }>(
      // A changeset's sum is taken of the list of its changes' sums, each with a colon behind it.
      `SELECT '9:' || md5('9:' || md5(text) || ':') AS sum
       FROM unnest($1::text[]) WITH ORDINALITY AS asked(text, at) ORDER BY at`,
      [texts],
    );
    return files.map((file, at) => ({
      ...file,
      checksum: file.sum?.kind === 'crc32' ? String(file.sum.value) : (rows[at]?.sum ?? null),
    }));
  }

  /**
   * Carries out other tools' migrations, up to the first that fails, for about `budgetMs`: whoever asks again
   * goes on. All are looked at before the first is begun.
   * @throws CrossfadeError `conflict` when another content was carried out under a name, `notFound` where
   * the tool keeps no history, `unsupported` for what only the tool itself can run
   */
  async carryOut(files: readonly ForeignMigration[], budgetMs: number): Promise<DirectProgress[]> {
    const progress: DirectProgress[] = [];
    if (files.length === 0) return progress;
    const deadline = performance.now() + budgetMs;
    const summed = await this.summed(files);
    const there = await this.#examine(summed);
    for (const one of summed) {
      if (there.has(one)) {
        progress.push(already(one));
        continue;
      }
      const done = await this.#carryOut(one);
      progress.push(done);
      if (!isOver(done) || performance.now() >= deadline) break;
    }
    return progress;
  }

  /** Those that have nothing to do. */
  async #examine(files: readonly SummedMigration[]): Promise<ReadonlySet<SummedMigration>> {
    const { tables, entries } = await this.read();
    const there = new Set<SummedMigration>();
    for (const file of files) {
      const { schema, name } = historyOf(tables, file);
      const kept = entries.filter(({ table }) => table === `${schema}.${name}`);
      if (isThere(kept, file)) there.add(file);
      else foreignStatements(file);
    }
    return there;
  }

  /** As the tool itself would, and noted where that looks: all in one transaction. */
  async #carryOut(file: SummedMigration): Promise<DirectProgress> {
    const progress = nothingOf(file);
    try {
      return await this.#database.transaction(async (session) => {
        const table = await this.#kept(session, file);
        const entries = await entriesOf(session, table);
        if (isThere(entries, file)) return already(file);
        const tookMs = await run(session, foreignStatements(file), this.#statementMs);
        const known =
          file.tool === 'liquibase' ? { ...file, script: pathKept(entries, file) } : file;
        const note = noteForeign(table, known, tookMs);
        await session.query(note.sql, note.values);
        return { ...progress, state: 'applied' };
      });
    } catch (fault) {
      if (!(fault instanceof TargetSqlError)) throw fault;
      const why = fault.isCancelled ? this.#tookTooLong(file) : fault.message;
      return { ...progress, state: 'failed', reason: `${why}; nothing of it was kept` };
    }
  }

  #tookTooLong({ tool }: ForeignMigration): string {
    const seconds = this.#statementMs / 1_000;
    return `a statement of it was cancelled: none may take longer than ${seconds} s here, let ${toolNames[tool]} run this file`;
  }

  /** Others wait until this transaction is over, as they would for the tool itself. */
  async #kept(session: Asking, file: ForeignMigration): Promise<ForeignTable> {
    const found = await session.query<ForeignTable>(FIND_FOREIGN);
    const table = historyOf(foreignTables(found), file);
    const { schema, name } = table;
    await session.query(`LOCK TABLE ${qualified(schema, name)} IN SHARE ROW EXCLUSIVE MODE`);
    if (file.tool === 'liquibase') await refuseLocked(session, schema);
    return table;
  }
}

const nothingOf = (file: ForeignMigration) =>
  ({ migration: placeOf(file), parts: [], reason: null }) as const;

const already = (file: ForeignMigration): DirectProgress => ({
  ...nothingOf(file),
  state: 'already',
});

/** How long the statements took, by the target's clock, in milliseconds. */
async function run(
  session: Asking,
  statements: readonly string[],
  statementMs: number,
): Promise<number> {
  await session.query(`SET LOCAL ${ownDdl} = 'off'`);
  await session.query(`SET LOCAL statement_timeout = ${statementMs}`);
  const [begun] = await session.query<{ at: number }>(NOW);
  for (const sql of statements) await session.query(sql);
  const [ended] = await session.query<{ at: number }>(NOW);
  return Math.round((ended?.at ?? 0) - (begun?.at ?? 0));
}

/** Liquibase notes that it is at work in a row, and waits for whoever holds that. */
async function refuseLocked(session: Asking, schema: string): Promise<void> {
  const table = qualified(schema, 'databasechangeloglock');
  const [found] = await session.query<{ name: string | null }>('SELECT to_regclass($1) AS name', [
    table,
  ]);
  if ((found?.name ?? null) === null) return;
  const [lock] = await session.query<{ locked: boolean; by: string | null }>(
    `SELECT locked, lockedby AS by FROM ${table} WHERE id = 1 FOR UPDATE`,
  );
  if (lock?.locked !== true) return;
  throw new CrossfadeError(
    'conflict',
    `Liquibase is at work on the target: ${lock.by ?? 'somebody'} holds its lock. ` +
      'Wait for it, or have it let go: liquibase release-locks.',
  );
}

function historyOf(tables: readonly ForeignTable[], file: ForeignMigration): ForeignTable {
  const { tool } = file;
  const [table, ...more] = tables.filter((one) => one.tool === tool);
  if (table !== undefined && more.length === 0) return table;
  const found = table === undefined ? 'none' : 'several of them';
  throw new CrossfadeError(
    'notFound',
    `${placeOf(file)} is to be noted in the history that ${toolNames[tool]} keeps, and the target has ${found}. ` +
      'Let the tool itself begin it.',
  );
}

const NOW = 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at';

async function entriesOf(session: Asking, table: ForeignTable): Promise<readonly ForeignEntry[]> {
  return foreignEntries(table, await session.query<ForeignLine>(readForeign(table)));
}
