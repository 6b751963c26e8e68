import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openTargetPostgres } from '../../src/adapters/target-postgres/open-target-postgres.ts';
import type { TargetPrediction } from '../../src/core/protocol/target-view.ts';
import { type LockLevel, lockLevels } from '../../src/core/schema-migration/change.ts';
import type { JobKind } from '../../src/core/schema-migration/job.ts';
import type {
  PlannedStatement,
  PlanPhase,
} from '../../src/core/schema-migration/planned-statement.ts';
import type { SchemaMigration } from '../../src/core/schema-migration/schema-migration.ts';
import { FaultPoints } from '../../src/engine/ports/fault-points.ts';
import { TargetWorks } from '../../src/engine/schema-migration/target-works.ts';
import { TargetInspection } from '../../src/engine/target-inspection.ts';
import { ObservedTarget } from './observed-target.ts';

/** What was foreseen of one operation, and what came. Milliseconds and bytes. */
export interface Tried {
  readonly operation: string;
  /** Locks that were foreseen or seen otherwise; empty when each was as foreseen. */
  readonly wrongLocks: readonly string[];
  readonly blockedMs: Compared;
  readonly backfillMs: Compared;
  readonly walBytes: Compared;
}

export interface Compared {
  readonly predicted: number;
  readonly real: number;
}

class NoFaults extends FaultPoints {
  override reached(): void {
    // Nothing fails here.
  }
}

const TOLD = lockLevels.indexOf('ShareUpdateExclusive');

/** Phases of a plan that each kind of job carries out. */
const PHASES: Readonly<Record<'expand' | 'backfill' | 'contract', readonly PlanPhase[]>> = {
  expand: ['baseline', 'expand'],
  backfill: ['backfill', 'index'],
  contract: ['seal', 'contract'],
};

/** Rehearses, asks for the plan, and carries it out, on a database of its own. */
export async function trial(
  url: string,
  operation: string,
  migration: SchemaMigration,
): Promise<Tried> {
  const side = new pg.Client({ connectionString: url, application_name: 'crossfade-bench' });
  await side.connect();
  const tables = await tablesOn(side);
  const target = new ObservedTarget(openTargetPostgres(url), side, tables);
  const works = new TargetWorks(target, new NoFaults());
  try {
    await works.prepare();
    const { statements, prediction } = await foreseen(url, works, migration);
    target.take();
    await side.query('CHECKPOINT');
    const walBefore = await walAt(side);
    const real: Record<
      string,
      { ms: number; blockedMs: number; locks: ReadonlyMap<string, LockLevel> }
    > = {};
    for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const) {
      const begun = performance.now();
      await carryOut(works, kind, migration);
      real[kind] = { ms: performance.now() - begun, ...target.take() };
    }
    const walBytes = (await walAt(side)) - walBefore;
    const wrongLocks = (['expand', 'backfill', 'contract'] as const).flatMap((kind) =>
      differing(
        kind,
        strongest(
          [
            ...statements.filter(({ phase }) => PHASES[kind].includes(phase)),
            ...(kind === 'contract' ? contractLocks(prediction) : []),
          ],
          [...tables.values()],
        ),
        real[kind]?.locks ?? new Map<string, LockLevel>(),
      ),
    );
    return {
      operation,
      wrongLocks,
      blockedMs: {
        predicted: 1_000 * Math.max(0, ...prediction.blocked.map(({ seconds }) => seconds)),
        real: Math.max(0, ...Object.values(real).map(({ blockedMs }) => blockedMs)),
      },
      backfillMs: {
        predicted: 1_000 * (prediction.backfill + indexSeconds(statements, prediction)),
        real: real['backfill']?.ms ?? 0,
      },
      walBytes: { predicted: prediction.walBytes, real: walBytes },
    };
  } finally {
    await works.close();
    await side.end();
  }
}

async function foreseen(
  url: string,
  works: TargetWorks,
  migration: SchemaMigration,
): Promise<{ statements: readonly PlannedStatement[]; prediction: TargetPrediction }> {
  const asked = { id: 'bench', migration, statements: null };
  let kept = await works.rehearsals.advance(asked, 60_000);
  while (kept === null) kept = await works.rehearsals.advance(asked, 60_000);
  if (kept.report.verdict === 'failed') throw new Error(JSON.stringify(kept.report.faults));
  const inspection = new TargetInspection(() => Promise.resolve(openTargetPostgres(url)), null);
  const [planned] = await inspection.foresee('bench', [migration]);
  const { statements = null, prediction = null } = planned ?? {};
  if (statements === null || prediction === null) throw new Error('nothing was foreseen');
  return { statements, prediction };
}

/** The job of a backfill also builds indexes; what seals belongs to contract. */
function indexSeconds(
  statements: readonly PlannedStatement[],
  { statements: predicted }: TargetPrediction,
): number {
  return predicted
    .filter((_, at) => statements[at]?.phase === 'index')
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

async function carryOut(
  works: TargetWorks,
  kind: JobKind,
  migration: SchemaMigration,
): Promise<void> {
  const id = `bench/${kind}`;
  await works.ensureJob({ id, rollout: 'bench', kind, migration, batchTimeMs: 100, generation: 1 });
  for (;;) {
    if (await works.work('bench', 400, new AbortController().signal)) continue;
    const state = (await works.jobs('bench')).find((one) => one.id === id);
    if (state?.status === 'done') return;
    if (state?.status === 'failed') throw new Error(`${kind}: ${state.reason ?? ''}`);
    await sleep(20);
  }
}

async function tablesOn(side: pg.Client): Promise<ReadonlyMap<number, string>> {
  const { rows } = await side.query<{ oid: number; name: string }>(
    `SELECT oid::int, relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  );
  return new Map(rows.map(({ oid, name }) => [oid, name]));
}

async function walAt(side: pg.Client): Promise<number> {
  const { rows } = await side.query<{ at: number }>(
    `SELECT (pg_current_wal_insert_lsn() - '0/0')::float8 AS at`,
  );
  return rows[0]?.at ?? 0;
}

/** A lock that is foreseen, on a table and on others. */
type Locking = Pick<PlannedStatement, 'table' | 'lock' | 'also'>;

const contractLocks = ({ contract }: TargetPrediction): readonly Locking[] =>
  (contract?.tables ?? []).map((table) => ({ table, lock: 'AccessExclusive' }));

/** The strongest lock that is foreseen on each table which is there already. */
function strongest(
  statements: readonly Locking[],
  tables: readonly string[],
): ReadonlyMap<string, LockLevel> {
  const found = new Map<string, LockLevel>();
  for (const { table, lock, also = [] } of statements) {
    for (const name of [table, ...also.map((one) => one.name)]) {
      const rank = lockLevels.indexOf(lock);
      if (!tables.includes(name) || rank < TOLD) continue;
      if (rank > lockLevels.indexOf(found.get(name) ?? 'none')) found.set(name, lock);
    }
  }
  return found;
}

function differing(
  kind: string,
  predicted: ReadonlyMap<string, LockLevel>,
  real: ReadonlyMap<string, LockLevel>,
): readonly string[] {
  return [...new Set([...predicted.keys(), ...real.keys()])].flatMap((table) => {
    const [told, seen] = [predicted.get(table) ?? 'none', real.get(table) ?? 'none'];
    return told === seen ? [] : [`${kind} of ${table}: foreseen ${told}, seen ${seen}`];
  });
}
