import { CrossfadeError } from '../../core/errors.ts';
import type { DirectProgress } from '../../core/protocol/direct-view.ts';
import { foreignStatements } from '../../core/schema-migration/foreign/foreign-file.ts';
import {
  FIND_FOREIGN,
  foreignEntry,
  readForeign,
} from '../../core/schema-migration/foreign/foreign-history.ts';
import type {
  ForeignLine,
  ForeignTable,
} from '../../core/schema-migration/foreign/foreign-history.ts';
import type {
  ForeignEntry,
  ForeignMigration,
} from '../../core/schema-migration/foreign/foreign-migration.ts';
import { noteForeign } from '../../core/schema-migration/foreign/foreign-note.ts';
import { changedSince, isBelow, isOf } from '../../core/schema-migration/foreign/foreign-rows.ts';
import type { SummedMigration } from '../../core/schema-migration/foreign/foreign-rows.ts';
import { ownDdl } from '../../core/schema-migration/guard/guard-schema.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';

type Asking = Pick<TargetSession, 'query'>;

/** What other tools have carried out on a target, by the tables in which they keep it. */
export class ForeignHistories {
  readonly #database: TargetDatabase;

  constructor(database: TargetDatabase) {
    this.#database = database;
  }

  /** Tables that other tools keep here, and what stands in those that may be read. */
  async read(): Promise<{ tables: readonly ForeignTable[]; entries: readonly ForeignEntry[] }> {
    const tables = await this.#database.query<ForeignTable>(FIND_FOREIGN);
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
   * Carries out another tool's migration as that tool would, and notes it where the tool looks: all in
   * one transaction.
   * @throws CrossfadeError `conflict` when another content was carried out under its name, `notFound`
   * where the tool keeps no history, `unsupported` for what only the tool itself can run
   */
  async carryOut(file: SummedMigration): Promise<DirectProgress> {
    const progress = { migration: file.script, parts: [], reason: null } as const;
    const statements = foreignStatements(file);
    try {
      return await this.#database.transaction(async (session) => {
        const table = await this.#kept(session, file);
        const entries = await entriesOf(session, table);
        if (isThere(entries, file)) return { ...progress, state: 'already' };
        await session.query(`SET LOCAL ${ownDdl} = 'off'`);
        const [begun] = await session.query<{ at: number }>(NOW);
        for (const sql of statements) await session.query(sql);
        const [ended] = await session.query<{ at: number }>(NOW);
        const tookMs = Math.round((ended?.at ?? 0) - (begun?.at ?? 0));
        const note = noteForeign(table, file, tookMs);
        await session.query(note.sql, note.values);
        return { ...progress, state: 'applied' };
      });
    } catch (fault) {
      if (!(fault instanceof TargetSqlError)) throw fault;
      return { ...progress, state: 'failed', reason: `${fault.message}; nothing of it was kept` };
    }
  }

  /** Others wait until this transaction is over, as they would for the tool itself. */
  async #kept(session: Asking, { tool, script }: ForeignMigration): Promise<ForeignTable> {
    const tables = await session.query<ForeignTable>(FIND_FOREIGN);
    const [table, ...more] = tables.filter((one) => one.tool === tool);
    if (table === undefined || more.length > 0) {
      const found = table === undefined ? 'none' : 'several of them';
      throw new CrossfadeError(
        'notFound',
        `${script} is to be noted in the history that ${tool} keeps, and the target has ${found}. ` +
          'Let the tool itself begin it.',
      );
    }
    await session.query(`LOCK TABLE "${table.schema}"."${table.name}" IN SHARE ROW EXCLUSIVE MODE`);
    return table;
  }
}

const NOW = 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at';

async function entriesOf(session: Asking, table: ForeignTable): Promise<readonly ForeignEntry[]> {
  const lines = await session.query<ForeignLine>(readForeign(table));
  return lines.map((line) => foreignEntry(table, line));
}

/** @throws CrossfadeError `conflict` for another content under its name, or a version that comes too late */
function isThere(entries: readonly ForeignEntry[], file: SummedMigration): boolean {
  const [changed] = changedSince(entries, [file]);
  if (changed !== undefined) {
    throw new CrossfadeError('conflict', `${changed}. Put it back, and write a new one.`);
  }
  const mine = entries.findLast((entry) => isOf(entry, file));
  if (mine?.success === false) {
    throw new CrossfadeError(
      'conflict',
      `${file.script} failed before, by ${file.tool} itself. Repair its history first.`,
    );
  }
  if (mine !== undefined) return file.version !== null || mine.checksum === file.checksum;
  if (!isBelow(file, entries)) return false;
  throw new CrossfadeError(
    'conflict',
    `${file.script} comes before versions that have been carried out. Give it a higher one.`,
  );
}
