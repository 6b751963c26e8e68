import type { TargetPrediction } from '../../core/protocol/target-view.ts';
import type { PlannedStatement } from '../../core/schema-migration/planned-statement.ts';
import { predict } from '../../core/schema-migration/prediction/prediction.ts';
import type { TargetFacts } from '../../core/schema-migration/preflight/target-facts.ts';
import { costOf, type Rehearsal } from '../../core/schema-migration/rehearsal/rehearsal.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { type TargetDatabase, TargetSqlError } from '../ports/target-database.ts';
import { type KeptRehearsal, Rehearsals } from './rehearsal/rehearsals.ts';

/** What is asked for a plan's figures. */
export interface Predicting {
  readonly migration: SchemaMigration;
  readonly statements: readonly PlannedStatement[];
  readonly facts: TargetFacts;
}

/** What a plan would take on a target, by its statistics and by the last rehearsal there. */
export async function predictOnTarget(
  database: TargetDatabase,
  { migration, statements, facts }: Predicting,
): Promise<TargetPrediction> {
  const kept = await lastRehearsal(database, migration);
  const rehearsed = kept === null ? null : costOf(asLargeAs(facts, kept.report));
  const [settings] = await database.query<{ pages: boolean }>(
    `SELECT current_setting('full_page_writes')::bool AS pages`,
  );
  const tables = facts.tables.map(({ table, rows, bytes, indexBytes }) => ({
    name: table,
    rows,
    bytes,
    indexBytes,
  }));
  const fullPageWrites = settings?.pages ?? true;
  const free = facts.server.disks.flatMap((disk) => (disk.free === null ? [] : [disk.free]));
  return {
    ...predict(statements, { tables, rehearsed, fullPageWrites }),
    rehearsal: kept === null || rehearsed === null ? null : rehearsalOf(kept),
    replicas: facts.replication.replicas.length,
    free: free.length === 0 ? null : Math.min(...free),
  };
}

/** Tables may have grown since, and those of a clone have another size. The first stays first: runs count by its rows. */
function asLargeAs({ tables }: TargetFacts, report: Rehearsal): Rehearsal {
  const sized = report.tables.map((one) => {
    const rows = tables.find(({ table }) => table === one.name)?.rows ?? null;
    return rows === null || rows < 0 ? one : { ...one, rows };
  });
  return { ...report, tables: sized };
}

const rehearsalOf = ({ report, age }: KeptRehearsal): TargetPrediction['rehearsal'] => ({
  rows: report.runs.at(-1)?.rows ?? 0,
  age,
});

/** Where Crossfade has never worked, nothing was rehearsed either. */
async function lastRehearsal(
  database: TargetDatabase,
  migration: SchemaMigration,
): Promise<KeptRehearsal | null> {
  try {
    return await new Rehearsals(database).last(migration);
  } catch (fault) {
    if (fault instanceof TargetSqlError) return null;
    throw fault;
  }
}
