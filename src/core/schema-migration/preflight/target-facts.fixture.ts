import type { TableFacts, TargetFacts } from './target-facts.ts';

/** An ordinary table that nothing special is known of. */
export const usersTable: TableFacts = {
  name: 'public.users',
  table: 'users',
  owner: 'app_owner',
  acl: [
    { role: 'app_owner', privilege: 'SELECT' },
    { role: 'app_owner', privilege: 'UPDATE' },
  ],
  columns: ['id', 'dob', 'email'],
  tablespace: 'pg_default',
  bytes: 100 * 1024 ** 2,
  indexBytes: 20 * 1024 ** 2,
  rows: 1_000_000,
  partitioned: false,
  children: 0,
  parents: [],
  generated: [],
  rls: { enabled: false, forced: false, policies: [] },
  triggers: [],
  rules: [],
  readers: [],
  functions: [],
  identified: true,
  publications: [],
  subscriptions: [],
};

/** A target on which there is nothing to find. */
export const quietTarget: TargetFacts = {
  server: {
    version: 180_004,
    inRecovery: false,
    readOnly: false,
    disks: [{ tablespace: 'pg_default', free: 10 * 1024 ** 3, source: 'crossfade.free_disk' }],
    eventTriggers: [],
  },
  role: {
    name: 'crossfade',
    exists: true,
    login: true,
    superuser: false,
    inherits: true,
    bypassesRls: false,
    has: ['crossfade', 'app_owner', 'pg_read_all_stats'],
  },
  access: {
    database: {
      name: '"shop"',
      owner: 'postgres',
      acl: [
        { role: null, privilege: 'CONNECT' },
        { role: 'crossfade', privilege: 'CREATE' },
      ],
    },
    schemas: [
      {
        name: 'public',
        owner: 'pg_database_owner',
        acl: [{ role: null, privilege: 'USAGE' }],
      },
    ],
    types: [],
    plpgsql: { name: 'plpgsql', owner: 'postgres', acl: [{ role: null, privilege: 'USAGE' }] },
    leadTo: [],
    foreign: [],
    owners: [
      { name: 'app_owner', superuser: false, has: ['app_owner'] },
      { name: 'pg_database_owner', superuser: false, has: ['pg_database_owner'] },
    ],
  },
  tables: [usersTable],
  activity: { oldest: null, prepared: [], starReads: [] },
  replication: { replicas: [], slots: [], slotsUnbounded: true },
};

/** The quiet target with something about its one table. */
export function withTable(change: Partial<TableFacts>): TargetFacts {
  return { ...quietTarget, tables: [{ ...usersTable, ...change }] };
}
