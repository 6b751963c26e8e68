import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { SchemaMigration } from '../../../src/core/schema-migration/schema-migration.ts';
import type { TargetDatabase } from '../../../src/engine/ports/target-database.ts';
import { tryStatements } from '../../../src/engine/schema-migration/rehearsal/try-statements.ts';
import { operationsSchema } from '../../../src/language/kinds/operation.ts';
import { operationsOf } from '../../../src/language/resolve/operation-of.ts';
import { OLD_SCHEMA, OLD_STATEMENTS } from '../../support/old-application.ts';
import { USERS_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

type Breaks = (statement: string) => boolean;
const harmless: Breaks = () => false;
const says =
  (table: string, what: RegExp): Breaks =>
  (one) =>
    new RegExp(`\\b${table}\\b`).test(one) && what.test(one.replaceAll(/'\w+'/g, ''));

/** Changes as policies write them, and what each breaks of the old statements; written down by hand. */
const CHANGES: readonly (readonly [operation: string, breaks: Breaks])[] = [
  ['dropColumn: { table: t0, column: note }', says('t0', /\bnote\b/)],
  ['renameColumn: { table: t1, column: b, to: c }', says('t1', /\bb\b/)],
  ['renameTable: { table: t2, to: second }', says('t2', /./)],
  ['dropTable: { table: t4 }', says('t4', /./)],
  [
    `splitTable: { table: t7, into: notes, key: { id: t7_id }, columns: [{ column: note, to: note, missing: "''" }] }`,
    says('t7', /\bnote\b/),
  ],
  [
    'mergeTables: { table: t8, from: t9, key: { id: id }, columns: [{ column: note, to: remark }] }',
    says('t9', /./),
  ],
  [
    `addColumn: { table: t3, column: c, type: int, up: 'length(b)', down: { b: "repeat('x', c)" } }`,
    says('t3', /\bb\b/),
  ],
  [
    'sql: { tables: [t6], expand: ALTER TABLE t6 ADD COLUMN kind text, down: ALTER TABLE t6 DROP COLUMN kind }',
    says('t6', /\bkind\b/),
  ],
  ['addColumn: { table: t0, column: c, type: int }', harmless],
  [`setDefault: { table: t1, column: a, default: '2' }`, harmless],
  [
    `changeType: { table: t2, column: note, type: varchar(40), up: 'note::varchar(40)', down: 'note::varchar(9)' }`,
    harmless,
  ],
  ['createIndex: { table: t3, name: t3_a, columns: [a] }', harmless],
  [`addCheck: { table: t4, name: t4_positive, check: 'a > 0' }`, harmless],
  [
    'createTable: { table: t10, columns: [{ name: id, type: bigint, notNull: true }], primaryKey: [id] }',
    harmless,
  ],
  [`setNotNull: { table: t5, column: b, up: "coalesce(b, '')" }`, harmless],
  ['addUnique: { table: t6, name: t6_b_key, columns: [b] }', harmless],
  [
    `changeType: { table: t7, column: b, type: varchar(200), up: 'b::varchar(200)', down: 'b::text' }`,
    harmless,
  ],
  [`addCheck: { table: t8, name: t8_positive, check: 'a > 0', enforce: expand }`, harmless],
  [
    'addForeignKey: { table: t9, name: t9_t0, columns: [id], references: { table: t0, columns: [id] } }',
    harmless,
  ],
  ['addColumn: { table: t9, column: c, type: int, notNull: true, default: "0" }', harmless],
];

const migrationOf = (operation: string): SchemaMigration => ({
  name: 'change',
  from: 'shop_v1',
  to: 'shop_v2',
  schema: 'public',
  operations: operationsOf(operationsSchema.parse(parse(`- ${operation}`))),
});

describe('an old application of 200 statements', () => {
  let target: UsersTarget;
  let database: TargetDatabase;

  beforeAll(async () => {
    target = await UsersTarget.create(OLD_SCHEMA);
    database = openTargetPostgres(target.url);
  });
  afterAll(async () => {
    await database?.close();
    await target?.close();
  });

  it.each(CHANGES)(
    'is told what it loses, each statement and no other, by %s',
    async (op, breaks) => {
      const listed = { listed: OLD_STATEMENTS, tag: 'abcd1234' };
      const { broken } = await tryStatements(database, migrationOf(op), listed);
      const expected = OLD_STATEMENTS.filter(({ sql }) => breaks(sql));
      expect(broken.map(({ sql }) => sql).toSorted()).toEqual(
        expected.map(({ sql }) => sql).toSorted(),
      );
      expect(new Set(broken.map(({ after }) => after))).toEqual(
        new Set(expected.length === 0 ? [] : [op.startsWith('sql') ? 'expand' : 'contract']),
      );
    },
  );
});

describe('expand', () => {
  let target: UsersTarget;

  beforeEach(async () => {
    target = await UsersTarget.create();
  });
  afterEach(() => target.close());

  it('waits while it would break what the version in use runs, and creates nothing', async () => {
    const shadowing: SchemaMigration = {
      ...USERS_BIRTHDATE,
      operations: [
        ...USERS_BIRTHDATE.operations,
        {
          operation: 'sql',
          table: 'users',
          also: [],
          expand: 'ALTER TABLE users ADD COLUMN parent text',
          contract: '',
          down: 'ALTER TABLE users DROP COLUMN parent',
        },
      ],
    };
    const statements = [
      { sql: 'SELECT parent FROM users JOIN tenants ON tenants.id = tenant_id', calls: 312 },
      { sql: 'SELECT dob FROM users WHERE id = $1', calls: 30 },
    ];
    await target.admin.query('CREATE TABLE tenants (id text, parent text)');
    await target.ensure('expand', shadowing, { statements });
    const held = await target.run('expand', shadowing);
    expect(held).toMatchObject({ status: 'running', hold: 'statements' });
    expect(held.reason).toBe(
      'the version in use runs SELECT parent FROM users JOIN tenants ON tenants.id = tenant_id (312 calls), which ' +
        'expand breaks: column reference "parent" is ambiguous. Nothing has been created',
    );
    const { rows } = await target.admin.query(
      `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'users_v%' OR nspname LIKE 'crossfade_r%'`,
    );
    expect(rows).toEqual([]);
  });

  it('goes on where only contract ends some of it, and says how much', async () => {
    const statements = [{ sql: 'SELECT dob FROM users WHERE id = $1', calls: 30 }];
    await target.ensure('expand', USERS_BIRTHDATE, { statements });
    const done = await target.run('expand');
    expect(done).toMatchObject({ status: 'done' });
    expect(done.reason).toContain('contract ends 1 statement of the version in use (30 calls)');
  });

  it('goes on where nothing can be tried, and says why', async () => {
    const reaching: SchemaMigration = {
      ...USERS_BIRTHDATE,
      operations: [
        {
          operation: 'sql',
          table: 'users',
          also: [],
          expand: 'ALTER TABLE public.users ADD COLUMN nickname text',
          contract: '',
          down: 'ALTER TABLE public.users DROP COLUMN nickname',
        },
      ],
    };
    const statements = [{ sql: 'SELECT dob FROM users WHERE id = $1', calls: 30 }];
    await target.ensure('expand', reaching, { statements });
    const done = await target.run('expand', reaching);
    expect(done).toMatchObject({ status: 'done' });
    expect(done.reason).toMatch(
      /what the version in use runs was not tried: the SQL on users names the schema public, .*$/,
    );
  });

  it('runs nothing of what it tries, and nothing that stands behind it', async () => {
    const more = 'DROP SCHEMA public CASCADE; COMMIT; BEGIN; SAVEPOINT crossfade_statement';
    const statements = [{ sql: `SELECT id FROM users; ${more}`, calls: 1 }];
    await target.ensure('expand', USERS_BIRTHDATE, { statements });
    expect(await target.run('expand')).toMatchObject({ status: 'done' });
    const { rows } = await target.admin.query(`SELECT to_regclass('users') IS NOT NULL AS there`);
    expect(rows).toEqual([{ there: true }]);
  });
});
