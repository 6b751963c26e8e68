import type {
  AccessFacts,
  ActivityFacts,
  DiskFacts,
  OwnerFacts,
  ReplicationFacts,
  RoleFacts,
  ServerFacts,
  TableFacts,
  TargetFacts,
} from '../../../core/schema-migration/preflight/target-facts.ts';
import { touchedTables } from '../../../core/schema-migration/schema-migration.ts';
import { leadToOthers } from '../../../core/schema-migration/lead-to.ts';
import type { Relation } from '../../../core/schema-migration/change.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import { TargetSqlError } from '../../../engine/ports/target-database.ts';
import type { TargetSession } from '../../../engine/ports/target-database.ts';
import { typesOf } from '../read-catalog.ts';
import { ACCESS, OWNERS, ROLE } from './access-sql.ts';
import * as activity from './activity-sql.ts';
import { TABLES } from './table-sql.ts';

/** Where to look: null, and there is no table to look at. */
interface Place {
  readonly schema: string;
  readonly tables: readonly string[];
  readonly versions: readonly string[];
  readonly types: readonly string[];
  readonly leadTo: readonly Relation[];
}

/**
 * Reads what preflight and grants judge, in one transaction and with no lock but those that nobody
 * minds. Who changes a table meanwhile is waited for, for a second.
 * @param role the one that is asked about; null for the one that is connected
 */
export async function readTargetFacts(
  session: TargetSession,
  migration: SchemaMigration | null,
  role: string | null,
): Promise<TargetFacts> {
  await session.query(`SET LOCAL search_path = ''; SET LOCAL lock_timeout = '1s'`);
  const server = await one<Omit<ServerFacts, 'disks'>>(session, activity.SERVER);
  const asked = await one<RoleFacts>(session, ROLE, [role]);
  const place = placeOf(migration);
  // An older server lacks catalogs that are asked for; that it is too old is all there is to say.
  const tables = server.version < 150_000 ? [] : await tablesAt(session, place);
  const access = await accessTo(session, place, tables, asked.name);
  return {
    server: { ...server, disks: await disksOf(session, tables) },
    role: asked,
    access,
    tables,
    activity: await activityAt(session, place),
    replication: await one<ReplicationFacts>(session, activity.REPLICATION),
  };
}

function placeOf(migration: SchemaMigration | null): Place {
  if (migration === null) return { schema: '', tables: [], versions: [], types: [], leadTo: [] };
  const { schema, from, to } = migration;
  return {
    schema,
    tables: touchedTables(migration),
    versions: [from, to],
    types: typesOf(migration),
    leadTo: leadToOthers(migration),
  };
}

async function one<Facts>(
  session: TargetSession,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Facts> {
  const [row] = await session.query<{ facts: Facts }>(sql, values);
  if (row === undefined) throw new TypeError('A question about the target has no answer.');
  return row.facts;
}

async function tablesAt(session: TargetSession, place: Place): Promise<readonly TableFacts[]> {
  const rows = await session.query<{ facts: TableFacts }>(TABLES, [
    place.schema,
    place.tables,
    place.versions,
  ]);
  return rows.map(({ facts }) => facts);
}

async function accessTo(
  session: TargetSession,
  place: Place,
  tables: readonly TableFacts[],
  role: string,
): Promise<AccessFacts> {
  const access = await one<Omit<AccessFacts, 'owners'>>(session, ACCESS, [
    place.schema,
    place.tables,
    place.versions,
    role,
    place.types,
    place.leadTo.map(({ schema }) => schema),
    place.leadTo.map(({ name }) => name),
  ]);
  const things = [
    ...access.schemas,
    ...access.types,
    ...access.leadTo,
    ...access.foreign,
    ...tables,
  ];
  const names = new Set(things.map(({ owner }) => owner));
  return { ...access, owners: await one<readonly OwnerFacts[]>(session, OWNERS, [[...names]]) };
}

async function activityAt(session: TargetSession, place: Place): Promise<ActivityFacts> {
  const { schema, tables } = place;
  const seen = await one<Omit<ActivityFacts, 'starReads'>>(session, activity.ACTIVITY, [
    schema,
    tables,
  ]);
  const [extension] = await session.query<{ schema: string }>(activity.STATEMENTS_SCHEMA);
  if (extension === undefined || tables.length === 0) return { ...seen, starReads: null };
  const sql = activity.starReads(extension.schema);
  const found = await attempt(session, () =>
    session.query<{ table: string; queryId: string }>(sql, [schema, tables]),
  );
  return { ...seen, starReads: 'fault' in found ? null : found.answer };
}

const defaultTablespace = 'pg_default';

/** Nobody but the target's own people can know the free space, so it is asked of what they set up. */
async function disksOf(
  session: TargetSession,
  tables: readonly TableFacts[],
): Promise<readonly DiskFacts[]> {
  const tablespaces = [...new Set(tables.map(({ tablespace }) => tablespace))];
  const [has] = await session.query<{ present: boolean }>(activity.HAS_FREE_DISK);
  const disks: DiskFacts[] = [];
  for (const tablespace of tablespaces) {
    const disk =
      has?.present === true
        ? await byFunction(session, tablespace)
        : await bySetting(session, tablespace);
    disks.push({ tablespace, ...disk });
  }
  return disks;
}

type Free = Omit<DiskFacts, 'tablespace'>;

async function byFunction(session: TargetSession, tablespace: string): Promise<Free> {
  const found = await attempt(session, () =>
    session.query<{ free: number | null }>(activity.FREE_DISK, [tablespace]),
  );
  const source = 'crossfade.free_disk';
  if ('fault' in found) return { free: null, source: `${source} fails: ${found.fault}` };
  const free = found.answer[0]?.free ?? null;
  return { free, source: free === null ? `${source} knows nothing of ${tablespace}` : source };
}

async function bySetting(session: TargetSession, tablespace: string): Promise<Free> {
  const nobody = 'neither crossfade.free_disk(text) nor crossfade.disk_size is there';
  if (tablespace !== defaultTablespace) return { free: null, source: nobody };
  const found = await attempt(session, () =>
    session.query<{ size: string | null; free: number | null }>(activity.DISK_SIZE),
  );
  if ('fault' in found) return { free: null, source: `crossfade.disk_size fails: ${found.fault}` };
  const { size = null, free = null } = found.answer[0] ?? {};
  if (size === null || size === '' || free === null) return { free: null, source: nobody };
  return { free, source: `crossfade.disk_size = ${size}` };
}

/** What a person set up on the target may fail; that is an answer too, and ends nothing. */
async function attempt<T>(
  session: TargetSession,
  ask: () => Promise<T>,
): Promise<{ readonly answer: T } | { readonly fault: string }> {
  await session.query('SAVEPOINT asked');
  try {
    const answer = await ask();
    await session.query('RELEASE SAVEPOINT asked');
    return { answer };
  } catch (fault) {
    if (!(fault instanceof TargetSqlError)) throw fault;
    await session.query('ROLLBACK TO SAVEPOINT asked');
    return { fault: fault.message };
  }
}
