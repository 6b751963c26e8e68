import { CrossfadeError } from '../../../core/errors.ts';
import { copiesFor } from '../../../core/schema-migration/rehearsal/copied-table.ts';
import {
  type BrokenStatement,
  untriedWords,
} from '../../../core/schema-migration/rehearsal/broken-statement.ts';
import { rehearsedMigration } from '../../../core/schema-migration/rehearsal/rehearsed-migration.ts';
import {
  relationNames,
  type SchemaMigration,
} from '../../../core/schema-migration/schema-migration.ts';
import { TARGET_SCHEMA } from '../../../core/schema-migration/target-schema.ts';
import {
  joined,
  type OldStatement,
  speaksOf,
} from '../../../core/schema-migration/trace/old-statements.ts';
import {
  type TargetDatabase,
  type TargetSession,
  TargetSqlError,
} from '../../ports/target-database.ts';
import { limitLockWait } from '../locking.ts';
import { takenBack } from '../taken-back.ts';
import { TrialRun } from '../trial-run.ts';
import { buildEmpty } from './draw-copies.ts';
import { AT_MOST, OldStatements, ranBefore } from './old-statements.ts';
import { refuseBegun, schemasOf } from './rehearse.ts';

/** How long looking at a table may queue behind somebody who changes it. Milliseconds. */
const READ_WAIT_MS = 2_000;

/** What became of the statements of the version in use. */
export interface TriedStatements {
  /** How many there were to try. */
  readonly given: number;
  /** How many of them the server understood before anything changed. */
  readonly known: number;
  readonly broken: readonly BrokenStatement[];
}

/**
 * Tries what the version in use runs on empty copies of the tables, after expand and after contract, and takes
 * all of it back. Nothing is run, all is planned; a few hundred statements take a few tenths of a second.
 * @param listed what its services say that they run, besides what the target has counted
 * @param tag eight letters or digits that no other trial has at this time
 * @throws CrossfadeError `conflict` for a migration that has begun there, `unsupported` for one that cannot be tried;
 * TargetSqlError when a statement of the migration fails
 */
export async function tryStatements(
  database: TargetDatabase,
  migration: SchemaMigration,
  { listed, tag }: { readonly listed: readonly OldStatement[]; readonly tag: string },
): Promise<TriedStatements> {
  return takenBack(database, async (session) => {
    await limitLockWait(session, READ_WAIT_MS);
    const counted = (await ranBefore(session, migration)) ?? [];
    const names = relationNames(migration);
    const old = joined(
      listed.filter(({ sql }) => speaksOf(sql, names)),
      counted,
    );
    return old.length === 0
      ? { given: 0, known: 0, broken: [] }
      : tried(session, migration, { old, tag });
  });
}

async function tried(
  session: TargetSession,
  migration: SchemaMigration,
  { old, tag }: { readonly old: readonly OldStatement[]; readonly tag: string },
): Promise<TriedStatements> {
  const catalog = await session.catalog(migration);
  refuseBegun(migration, catalog);
  await ensureSchema(session);
  const onCopies = rehearsedMigration(migration, tag, await schemasOf(session));
  await buildEmpty(session, copiesFor(migration, catalog), onCopies.schema);
  const gate = new OldStatements(old, migration, onCopies);
  const run = new TrialRun(session, onCopies);
  await run.part(['baseline']);
  await gate.begin(session);
  await run.expand();
  const broken = await gate.broken(session, 'expand');
  for (const phase of ['index', 'seal', 'contract'] as const) await run.part([phase]);
  broken.push(...(await gate.broken(session, 'contract')));
  return { given: Math.min(old.length, AT_MOST), known: gate.known, broken };
}

/** Where Crossfade has never worked its schema is made for the trial alone: triggers of the copies name it. */
async function ensureSchema(session: TargetSession): Promise<void> {
  const [found] = await session.query<{ isThere: boolean }>(
    `SELECT to_regnamespace('crossfade') IS NOT NULL AS "isThere"`,
  );
  if (found?.isThere === true) return;
  for (const statement of TARGET_SCHEMA) await session.query(statement);
}

/**
 * Why statements were not tried, in words; null for a shape that is there already, kept for a retry, which can break
 * nothing anew. Throws what is no such reason.
 */
export function whyUntried(fault: unknown): string | null {
  const isRefusal = fault instanceof CrossfadeError && fault.code !== 'unavailable';
  if (!isRefusal && !(fault instanceof TargetSqlError)) throw fault;
  return isRefusal && fault.code === 'conflict' ? null : untriedWords(fault.message);
}
