import type { BrokenStatement } from '../../../core/schema-migration/rehearsal/broken-statement.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import { relationNames, touchedTables } from '../../../core/schema-migration/schema-migration.ts';
import {
  canBePlanned,
  type OldStatement,
} from '../../../core/schema-migration/trace/old-statements.ts';
import {
  quoteExisting,
  quoteIdentifier,
  quoteLiteral,
} from '../../../core/schema-migration/identifier.ts';
import { type TargetSession, TargetSqlError } from '../../ports/target-database.ts';
import { applySettings } from '../locking.ts';
import { statisticsView } from '../statement-statistics.ts';

/** The most frequent ones; the rest of a long list is seldom. */
export const AT_MOST = 500;
/** From 16 on a statement with parameters can be planned without their values. */
const PLANS_GENERICALLY = 160_000;

type Session = Pick<TargetSession, 'query'>;

/**
 * Statements of the version in use that speak of touched tables, as `pg_stat_statements` has counted
 * them; null where that extension is not at work, or not to be read.
 */
export async function ranBefore(
  session: Session,
  migration: SchemaMigration,
): Promise<readonly OldStatement[] | null> {
  const view = await statisticsView(session);
  if (view === null) return null;
  try {
    return await session.query<OldStatement>(
      `SELECT s.query AS sql, sum(s.calls)::float8 AS calls FROM ${view} s
         JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
       WHERE s.userid <> (SELECT oid FROM pg_roles WHERE rolname = current_user)
         AND s.query !~* '\\mcrossfade\\M' AND EXISTS (SELECT FROM unnest($1::text[]) asked(name)
           WHERE s.query ~* ('\\m' || regexp_replace(asked.name, '([^A-Za-z0-9_])', '\\\\\\1', 'g') || '\\M'))
       GROUP BY s.query ORDER BY 2 DESC LIMIT ${AT_MOST}`,
      [relationNames(migration)],
    );
  } catch (fault) {
    if (fault instanceof TargetSqlError) return null;
    throw fault;
  }
}

/** What the version in use runs, tried on copies without being run. */
export class OldStatements {
  readonly #given: readonly OldStatement[];
  readonly #real: SchemaMigration;
  readonly #tried: SchemaMigration;
  #working: readonly OldStatement[] = [];
  #known = 0;

  /**
   * @param real the migration itself, whose schemas the statements name
   * @param tried the same on copies
   */
  constructor(given: readonly OldStatement[], real: SchemaMigration, tried: SchemaMigration) {
    const frequent = given.toSorted((one, other) => (other.calls ?? 0) - (one.calls ?? 0));
    this.#given = frequent.slice(0, AT_MOST).filter(({ sql }) => canBePlanned(sql));
    this.#real = real;
    this.#tried = tried;
  }

  /** How many of them the server understood before anything changed. */
  get known(): number {
    return this.#known;
  }

  /** Takes what works on the copies for what must go on working. */
  async begin(session: Session): Promise<void> {
    const faults = await this.#faults(session, this.#given);
    this.#working = this.#given.filter((_, at) => faults[at] === null);
    this.#known = this.#working.length;
  }

  /** What does not work any more since the last time. */
  async broken(session: Session, after: BrokenStatement['after']): Promise<BrokenStatement[]> {
    const faults = await this.#faults(session, this.#working);
    const broken = this.#working.flatMap((one, at) => {
      const fault = faults[at] ?? null;
      return fault === null ? [] : [{ ...one, after, fault }];
    });
    this.#working = this.#working.filter(({ sql }) => broken.every((one) => one.sql !== sql));
    return broken;
  }

  /** What stands under the name of a table that the copies have no more would be the real one. */
  async #faults(
    session: Session,
    statements: readonly OldStatement[],
  ): Promise<readonly (string | null)[]> {
    const gone = await session.query<{ name: string }>(
      `SELECT name FROM unnest($1::text[]) asked(name)
       WHERE to_regclass(format('%I.%I', $2::text, name)) IS NULL`,
      [touchedTables(this.#real), this.#tried.schema],
    );
    await session.query('SAVEPOINT crossfade_gone');
    for (const { name } of gone) {
      await session.query(
        `CREATE TYPE ${quoteIdentifier(this.#tried.schema)}.${quoteExisting(name)} AS ()`,
      );
    }
    const faults = await this.#planned(session, statements);
    await session.query('ROLLBACK TO SAVEPOINT crossfade_gone; RELEASE SAVEPOINT crossfade_gone');
    const missing = gone.map(({ name }) => `relation "${name}" does not exist`);
    return faults.map((fault) => (fault === null ? null : wordsOf(fault, missing)));
  }

  async #planned(
    session: Session,
    statements: readonly OldStatement[],
  ): Promise<readonly (TargetSqlError | null)[]> {
    const { schema, shadows = schema } = this.#tried;
    const path = [schema, shadows].map(quoteIdentifier).join(', ');
    await applySettings(session, { search_path: `${path}, pg_temp` });
    const [server] = await session.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    const isGeneric = (server?.version ?? 0) >= PLANS_GENERICALLY;
    const faults: (TargetSqlError | null)[] = [];
    for (const { sql } of statements)
      faults.push(await faultOf(session, this.#onCopies(sql), isGeneric));
    return faults;
  }

  /** Names of the real schemas lead to the copies. */
  #onCopies(sql: string): string {
    const { schema, from } = this.#real;
    return [
      [schema, this.#tried.schema],
      [from, this.#tried.from],
    ].reduce(
      (text, [real = '', tried = '']) =>
        text.replaceAll(new RegExp(`(?<![\\w"])("?)${real}\\1\\s*\\.`, 'g'), `${tried}.`),
      sql,
    );
  }
}

/** What the server has against a statement; null when it understands it. Nothing is run. */
async function faultOf(
  session: Session,
  sql: string,
  isGeneric: boolean,
): Promise<TargetSqlError | null> {
  await session.query('SAVEPOINT crossfade_statement');
  try {
    // Planning finds what parsing does not: an ON CONFLICT without its index.
    const only = sql.replace(/;\s*$/, '');
    await session.query(isGeneric ? `EXPLAIN (GENERIC_PLAN) ${only}` : parsed(only));
    await session.query('RELEASE SAVEPOINT crossfade_statement');
    return null;
  } catch (fault) {
    if (!(fault instanceof TargetSqlError)) throw fault;
    await session.query('ROLLBACK TO SAVEPOINT crossfade_statement');
    return fault;
  }
}

/** A name without its table is taken by a type, over which the server stumbles in words of its own. */
function wordsOf({ message, sqlState }: TargetSqlError, missing: readonly string[]): string {
  const isWrongObject = sqlState === '42809';
  return (
    (isWrongObject && missing.find((words) => message.includes(words.split('"')[1] ?? ''))) ||
    message
  );
}

/** In a block of its own, so that nothing remains prepared; the text cannot break out of a literal. */
const parsed = (sql: string): string =>
  `DO ${quoteLiteral(`BEGIN EXECUTE ${quoteLiteral(`PREPARE crossfade_tried AS ${sql}`)}; DEALLOCATE crossfade_tried; END`)}`;
