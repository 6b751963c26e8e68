import { guardTriggers, TAKE_UNDER_GUARD } from '../../core/schema-migration/guard/guard-schema.ts';
import { directRollout } from '../../core/schema-migration/history/history-table.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';

/** Why nothing refuses a foreign DROP on this target; null while something does, or need not. */
export type GuardFinding = string | null;

/**
 * Brings the guard in line with the history: what living rollouts own is guarded, what others owned is
 * not, and with nothing to guard the event triggers are gone. Work never waits for it, nor fails by it.
 */
export async function settleGuard(database: TargetDatabase): Promise<GuardFinding> {
  try {
    return await database.transaction(settle);
  } catch (fault) {
    const words = fault instanceof Error ? fault.message : String(fault);
    return `the guard over what Crossfade owns could not be set: ${words}`;
  }
}

async function settle(session: TargetSession): Promise<GuardFinding> {
  // Several workers may end their jobs at once; the later one sees what the earlier one left.
  await session.query(`SELECT pg_advisory_xact_lock(hashtextextended('crossfade.guard', 0))`);
  const living = await session.query<Living>(LIVING);
  await session.query('DELETE FROM crossfade.guarded');
  for (const one of living) {
    const versions = [one.version_from, one.version_to];
    const values = [one.migration, one.table_schema, one.tables, versions];
    await session.query(TAKE_UNDER_GUARD, values);
  }
  const present = await session.query<{ name: string }>(
    'SELECT evtname AS name FROM pg_event_trigger WHERE evtname = ANY($1)',
    [Object.keys(guardTriggers)],
  );
  const names = present.map(({ name }) => name);
  return living.length === 0 ? lower(session, names) : raise(session, names);
}

async function raise(session: TargetSession, present: readonly string[]): Promise<GuardFinding> {
  const missing = Object.entries(guardTriggers).filter(([name]) => !present.includes(name));
  const made = await attempt(
    session,
    missing.map(
      ([name, event]) =>
        `CREATE EVENT TRIGGER ${name} ON ${event} EXECUTE FUNCTION crossfade.guard()`,
    ),
  );
  if (made) return null;
  return (
    'the role may not create event triggers, which PostgreSQL lets superusers do alone, so nothing ' +
    'refuses a foreign DROP or ALTER of what Crossfade owns; it is found as drift, after the fact'
  );
}

async function lower(session: TargetSession, present: readonly string[]): Promise<GuardFinding> {
  const gone = await attempt(
    session,
    present.map((name) => `DROP EVENT TRIGGER IF EXISTS ${name}`),
  );
  if (gone) return null;
  return `event triggers ${present.join(', ')} are left over, and only their owner may drop them; they refuse nothing`;
}

/** False when the role may not; any other fault is one. */
async function attempt(session: TargetSession, statements: readonly string[]): Promise<boolean> {
  await session.query('SAVEPOINT guard');
  try {
    for (const statement of statements) await session.query(statement);
    return true;
  } catch (fault) {
    if (!(fault instanceof TargetSqlError) || fault.sqlState !== '42501') throw fault;
    await session.query('ROLLBACK TO SAVEPOINT guard');
    return false;
  }
}

interface Living {
  readonly migration: string;
  readonly version_from: string;
  readonly version_to: string;
  readonly table_schema: string;
  readonly tables: readonly string[];
}

/** Between expand and contract, by a rollout; what runs without one guards nothing. */
const LIVING = `SELECT * FROM (
    SELECT DISTINCT ON (migration) * FROM crossfade.history
    WHERE outcome = 'success' AND part <> 'cleanup' ORDER BY migration, id DESC) last
  WHERE part NOT IN ('contract', 'retire', 'direct', 'baseline') AND table_schema IS NOT NULL
    AND left(rollout, ${directRollout.length}) <> '${directRollout}' ORDER BY migration`;
