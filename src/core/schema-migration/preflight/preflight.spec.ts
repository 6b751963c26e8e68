import { describe, expect, it } from '@jest/globals';
import type { BackupPolicy } from '../backup/backup-policy.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { preflight } from './preflight.ts';
import { quietTarget, usersTable, withTable } from './target-facts.fixture.ts';
import type { TableFacts, TargetFacts } from './target-facts.ts';

const migration: SchemaMigration = {
  name: 'users-birthdate',
  from: 'users_v1',
  to: 'users_v2',
  schema: 'public',
  operations: [
    {
      operation: 'addColumn',
      table: 'users',
      column: 'birthdate',
      type: 'date',
      up: 'dob::date',
      down: { dob: 'birthdate::text' },
    },
  ],
};

const look = (facts: TargetFacts, backup: BackupPolicy | null = null, room: number | null = null) =>
  preflight(facts, { migration, backup, room });
const codes = (facts: TargetFacts): readonly string[] =>
  look(facts).map(({ severity, code }) => `${severity} ${code}`);

const server = (change: Partial<TargetFacts['server']>): TargetFacts => ({
  ...quietTarget,
  server: { ...quietTarget.server, ...change },
});
const activity = (change: Partial<TargetFacts['activity']>): TargetFacts => ({
  ...quietTarget,
  activity: { ...quietTarget.activity, ...change },
});
const replication = (change: Partial<TargetFacts['replication']>): TargetFacts => ({
  ...quietTarget,
  replication: { ...quietTarget.replication, ...change },
});
const disk = (free: number | null) =>
  server({ disks: [{ tablespace: 'pg_default', free, source: 'somebody' }] });
const trigger = {
  name: 'touch',
  before: true,
  row: true,
  onInsert: false,
  onUpdate: true,
  columns: [],
};
const publication = {
  name: 'all_rows',
  allTables: true,
  columns: null,
  filter: null,
  updates: true,
};
const slot = {
  name: 'cdc',
  plugin: 'pgoutput',
  active: true,
  retained: 1024,
  walStatus: 'reserved',
};
const MB = 1024 ** 2;

describe('preflight', () => {
  it('finds nothing on a quiet target', () => {
    expect(look(quietTarget)).toEqual([]);
  });

  it.each<[string, TargetFacts, readonly string[]]>([
    ['a server that is too old', server({ version: 140_009 }), ['blocks serverVersion']],
    ['the oldest server that will do', server({ version: 150_000 }), []],
    ['a server newer than any tried', server({ version: 190_000 }), ['warns serverVersion']],
    ['a standby', server({ inRecovery: true }), ['blocks readOnly']],
    ['a read-only default', server({ readOnly: true }), ['blocks readOnly']],
    [
      'an event trigger',
      server({ eventTriggers: [{ name: 'audit', event: 'ddl_command_end' }] }),
      ['warns eventTrigger'],
    ],
    ['a full disk', disk(269 * MB), ['blocks disk']],
    ['a disk that has just enough', disk(270 * MB), []],
    ['a disk that nobody knows', disk(null), ['unknown disk']],
    ['a transaction of a minute', activity({ oldest: open(60) }), ['warns longTransaction']],
    ['a short transaction', activity({ oldest: open(59) }), []],
    ['a transaction of an hour', activity({ oldest: open(3600) }), ['blocks longTransaction']],
    [
      'a prepared transaction that has locked the table',
      activity({ prepared: [{ gid: 'x', seconds: 1, tables: ['users'] }] }),
      ['blocks preparedTransaction'],
    ],
    [
      'a young one that has not',
      activity({ prepared: [{ gid: 'x', seconds: 1, tables: [] }] }),
      [],
    ],
    ['no word on statements', activity({ starReads: null }), ['unknown selectStar']],
    [
      'SELECT * of the table',
      activity({ starReads: [{ table: 'users', queryId: '7' }] }),
      ['warns selectStar'],
    ],
    [
      'a replica that lags',
      replication({ replicas: [{ name: 'r', lag: 5 }] }),
      ['warns replicaLag'],
    ],
    [
      'a replica far behind',
      replication({ replicas: [{ name: 'r', lag: 60 }] }),
      ['blocks replicaLag'],
    ],
    ['a logical slot that is read', replication({ slots: [slot] }), ['warns slot']],
    [
      'a slot that nobody reads',
      replication({ slots: [{ ...slot, active: false }] }),
      ['blocks slot'],
    ],
    [
      'the same with a bound on WAL',
      replication({ slots: [{ ...slot, active: false }], slotsUnbounded: false }),
      ['warns slot'],
    ],
    [
      'a slot that has lost WAL',
      replication({ slots: [{ ...slot, active: false, walStatus: 'lost' }] }),
      ['warns slot'],
    ],
  ])('judges %s', (_, facts, found) => {
    expect(codes(facts)).toEqual(found);
  });

  it('minds a trigger on UPDATE only where rows are written', () => {
    const tables = quietTarget.tables.map((table) => ({ ...table, triggers: [trigger] }));
    const facts = { ...quietTarget, tables };
    const dropped = { operation: 'dropColumn', table: 'users', column: 'dob' } as const;
    const untouched = { ...migration, operations: [dropped] };
    expect(codes(facts)).toEqual(['warns trigger']);
    expect(preflight(facts, { migration: untouched, backup: null, room: null })).toEqual([]);
  });

  it.each<[string, Partial<TableFacts>, readonly string[]]>([
    ['a trigger on UPDATE', { triggers: [trigger] }, ['warns trigger']],
    ['one on UPDATE OF a column', { triggers: [{ ...trigger, columns: ['email'] }] }, []],
    ['one on INSERT', { triggers: [{ ...trigger, onUpdate: false, onInsert: true }] }, []],
    [
      'one that would run after ours',
      { triggers: [{ ...trigger, name: 'zzzz', columns: ['email'] }] },
      ['blocks triggerOrder'],
    ],
    ['a rule on UPDATE', { rules: [{ name: 'r', event: 'update' }] }, ['blocks rule']],
    ['a rule on DELETE', { rules: [{ name: 'r', event: 'delete' }] }, ['warns rule']],
    [
      'a view of the old column',
      { readers: [{ name: 'public.v', materialized: false, columns: ['dob', 'id'] }] },
      ['warns view'],
    ],
    [
      'a view of others',
      { readers: [{ name: 'public.v', materialized: false, columns: ['id'] }] },
      [],
    ],
    [
      'a function that speaks of the old column',
      { functions: [{ name: 'public.age_of', columns: ['dob', 'id'] }] },
      ['warns function'],
    ],
    ['one of others', { functions: [{ name: 'public.age_of', columns: ['id'] }] }, []],
    [
      'a policy over the old column',
      { rls: { enabled: true, forced: false, policies: [{ name: 'p', columns: ['dob'] }] } },
      ['warns rowSecurity'],
    ],
    ['generated columns', { generated: ['age'] }, ['warns generatedColumn']],
    ['partitions', { partitioned: true, children: 3 }, ['warns inheritance']],
    ['a parent', { parents: ['public.people'] }, ['warns inheritance']],
    ['a publication', { publications: [publication] }, ['warns publication']],
    [
      'a publication with columns and a filter',
      { publications: [{ ...publication, columns: ['dob'], filter: 'dob IS NOT NULL' }] },
      ['warns publication', 'warns publication'],
    ],
    [
      'updates that are published without an identity',
      { publications: [publication], identified: false },
      ['blocks replicaIdentity', 'warns publication'],
    ],
    ['a subscription', { subscriptions: ['s'] }, ['blocks subscription']],
  ])('judges %s on the table', (_, change, found) => {
    expect(codes(withTable(change))).toEqual(found);
  });

  it('counts a backup in the database against the free space', () => {
    expect(look(disk(369 * MB), { ...backup, to: 'target' })).toEqual([
      {
        code: 'disk',
        severity: 'blocks',
        table: null,
        message:
          'The schema migration may write up to 370 MB of new data in tablespace pg_default, and 369 MB are free (somebody).',
        remedy: 'Make room for 1.0 MB more.',
      },
    ]);
    expect(look(disk(370 * MB), { ...backup, to: 'target' })).toEqual([]);
  });

  it('counts files against the disk of the server, and what is restored against that of the target', () => {
    const mayRestore = granted('TEMPORARY', disk(370 * MB));
    expect(look(mayRestore, backup, 100 * MB)).toEqual([]);
    expect(look(mayRestore, backup, 100 * MB - 1).map(({ code }) => code)).toEqual(['backup']);
    expect(look(mayRestore, backup, null).map(({ message }) => message)).toEqual([
      'The backup of public.users takes about 100 MB on the machine of the server, and this server keeps no files.',
    ]);
    const unverified = { ...backup, verify: false };
    expect(look(disk(270 * MB), unverified, 100 * MB)).toEqual([]);
  });

  it('minds the most that the policy allows', () => {
    const little = { ...backup, to: 'target', atMostBytes: 99 * MB } as const;
    expect(look(quietTarget, little).map(({ message }) => message)).toEqual([
      'The backup of public.users takes about 100 MB, and the policy allows 99 MB.',
    ]);
  });

  it('names the statement for every right that is missing', () => {
    const role = { ...quietTarget.role, has: ['crossfade', 'app_owner'] };
    expect(look({ ...quietTarget, role })).toEqual([
      {
        code: 'privileges',
        severity: 'blocks',
        table: null,
        message:
          'Role crossfade lacks a right that it needs to see who holds locks, how long transactions last and how far replicas are behind.',
        remedy: 'GRANT "pg_read_all_stats" TO "crossfade";',
      },
    ]);
  });

  it('puts what blocks first', () => {
    const facts = withTable({ ...usersTable, generated: ['age'], subscriptions: ['s'] });
    expect(codes(facts)).toEqual(['blocks subscription', 'warns generatedColumn']);
  });
});

const backup: BackupPolicy = {
  to: 'files',
  verify: true,
  keepForMs: 1,
  atMostBytes: 100 * MB,
};

/** With one more right on the database. */
function granted(privilege: string, facts: TargetFacts): TargetFacts {
  const { database } = facts.access;
  const acl = [...database.acl, { role: null, privilege }];
  return { ...facts, access: { ...facts.access, database: { ...database, acl } } };
}

function open(seconds: number) {
  return { pid: 7, who: 'report', seconds };
}
