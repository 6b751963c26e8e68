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
import { spreadOf } from '../report.ts';
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

/** A copy of the tables of its own, for as long as `work` takes. */
export type Copied = <T>(work: (url: string) => Promise<T>) => Promise<T>;

interface Trial {
  readonly operation: string;
  readonly migration: SchemaMigration;
  /** How often it is carried out, each time on another copy. */
  readonly times: number;
}

/** Rehearses and asks for the plan on one copy of the tables, and carries it out on others. What came is the middle. */
export async function trial(
  copied: Copied,
  { operation, migration, times }: Trial,
): Promise<Tried> {
  const { statements, prediction } = await copied((url) =>
    onTarget(url, (works) => foreseen(url, works, migration)),
  );
  const came: Came[] = [];
  while (came.length < times) {
    came.push(await copied((url) => onTarget(url, (...at) => carriedOut(migration, ...at))));
  }
  const middle = (of: (one: Came) => number): number => spreadOf(came.map(of)).median;
  const seconds = prediction.blocked.map((one) => one.seconds);
  return {
    operation,
    wrongLocks: wrongLocks(statements, prediction, came[0]),
    blockedMs: { predicted: 1_000 * Math.max(0, ...seconds), real: middle((one) => one.blockedMs) },
    backfillMs: {
      predicted: 1_000 * (prediction.backfill + indexSeconds(statements, prediction)),
      real: middle((one) => one.backfillMs),
    },
    walBytes: { predicted: prediction.walBytes, real: middle((one) => one.walBytes) },
  };
}

/** What came when it was carried out once. */
interface Came {
  readonly blockedMs: number;
  readonly backfillMs: number;
  readonly walBytes: number;
  readonly locks: Readonly<Record<Locking, ReadonlyMap<string, LockLevel>>>;
  /** Of the tables that were there before. */
  readonly tables: readonly string[];
}

type Locking = keyof typeof PHASES;

type Works = readonly [works: TargetWorks, target: ObservedTarget, side: pg.Client];

async function onTarget<T>(url: string, work: (...at: Works) => Promise<T>): Promise<T> {
  const side = new pg.Client({ connectionString: url, application_name: 'crossfade-bench' });
  await side.connect();
  const target = new ObservedTarget(openTargetPostgres(url), side, await tablesOn(side));
  const works = new TargetWorks(target, new NoFaults());
  try {
    await works.prepare();
    return await work(works, target, side);
  } finally {
    await works.close();
    await side.end();
  }
}

async function carriedOut(migration: SchemaMigration, ...at: Works): Promise<Came> {
  const [works, target, side] = at;
  const tables = [...(await tablesOn(side)).values()];
  target.take();
  // What marks rows of a fresh copy as committed, catalogs above all, is written once and not by us.
  await side.query('VACUUM');
  await side.query('CHECKPOINT');
  const walBefore = await walAt(side);
  const part = async (kind: JobKind) => {
    const begun = performance.now();
    await carryOut(works, kind, migration);
    return { ms: performance.now() - begun, ...target.take() };
  };
  const expand = await part('expand');
  const backfill = await part('backfill');
  const verify = await part('verify');
  const contract = await part('contract');
  return {
    blockedMs: Math.max(...[expand, backfill, verify, contract].map((one) => one.blockedMs)),
    backfillMs: backfill.ms,
    walBytes: (await walAt(side)) - walBefore,
    locks: { expand: expand.locks, backfill: backfill.locks, contract: contract.locks },
    tables,
  };
}

function wrongLocks(
  statements: readonly PlannedStatement[],
  prediction: TargetPrediction,
  came: Came | undefined,
): readonly string[] {
  if (came === undefined) return [];
  return (['expand', 'backfill', 'contract'] as const).flatMap((kind) => {
    const planned = statements.filter(({ phase }) => PHASES[kind].includes(phase));
    const told = kind === 'contract' ? [...planned, ...contractLocks(prediction)] : planned;
    return differing(kind, strongest(told, came.tables), came.locks[kind]);
  });
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
  const [planned] = await inspection.foresee('bench', [{ migration }]);
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
type Foreseen = Pick<PlannedStatement, 'table' | 'lock' | 'also'>;

const contractLocks = ({ contract }: TargetPrediction): readonly Foreseen[] =>
  (contract?.tables ?? []).map((table) => ({ table, lock: 'AccessExclusive' }));

/** The strongest lock that is foreseen on each table which is there already. */
function strongest(
  statements: readonly Foreseen[],
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
