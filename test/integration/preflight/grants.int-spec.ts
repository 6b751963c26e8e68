import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { serverUrl } from '../../support/database.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { RestrictedTarget } from '../../support/restricted-target.ts';
import { USERS_BIRTHDATE } from '../../support/users-target.ts';

let debian: DebianPostgres;

beforeAll(async () => {
  debian = await startDebianPostgres();
});
afterAll(() => debian.close());

const servers = [
  ['the newest PostgreSQL', () => serverUrl()],
  ["Debian's PostgreSQL", () => debian.url],
] as const;

async function on(server: string, act: (target: RestrictedTarget) => Promise<void>, setup = '') {
  const target = await RestrictedTarget.create(server, setup);
  try {
    await act(target);
  } finally {
    await target.close();
  }
}

describe.each(servers)('a role with exactly the printed grants on %s', (_, server) => {
  it('carries a schema migration from expand to contract', () =>
    on(server(), async (target) => {
      await target.grant(await target.lacking());
      expect(await target.lacking()).toEqual([]);
      for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const) {
        expect(await target.run(kind)).toMatchObject({ kind, status: 'done' });
      }
      const { rows } = await target.admin.query('SELECT birthdate::text FROM users_v2.users');
      expect(rows).toHaveLength(3);
    }));

  it('carries it back: parity, then the new shape to the trash', () =>
    on(server(), async (target) => {
      await target.grant(await target.lacking());
      for (const kind of ['expand', 'backfill', 'verify', 'retire'] as const) {
        expect(await target.run(kind)).toMatchObject({ kind, status: 'done' });
      }
      const { rows } = await target.admin.query(`SELECT FROM pg_namespace n JOIN pg_class c
        ON c.relnamespace = n.oid WHERE n.nspname = 'users_v2'`);
      expect(rows).toEqual([]);
    }));

  it('is given five rights where nothing is free for everybody, and no more', () =>
    on(server(), async (target) => {
      const { owner, role } = target;
      const database = target.admin.database;
      const { rows } = await target.admin.query<{ version: number }>(
        `SELECT current_setting('server_version_num')::int AS version`,
      );
      const form = (rows[0]?.version ?? 0) < 160_000 ? '' : ' WITH INHERIT TRUE, SET FALSE';
      expect((await target.lacking()).map(({ sql }) => sql)).toEqual([
        `GRANT CONNECT ON DATABASE "${database}" TO "${role}"`,
        `GRANT CREATE ON DATABASE "${database}" TO "${role}"`,
        `GRANT "pg_read_all_stats" TO "${role}"`,
        `GRANT "${owner}" TO "${role}"${form}`,
        `GRANT USAGE ON SCHEMA public TO "${role}"`,
      ]);
    }));

  it.each([0, 1, 2, 3, 4])('gets nowhere without number %i of them, and is told so', (without) =>
    on(server(), async (target) => {
      const all = await target.lacking();
      await target.grant(all.filter((_, at) => at !== without));
      const complaint = await target
        .run('expand')
        .then(({ status, hold, reason }) => `${status} ${hold} ${reason}`)
        .catch((fault: Error) => fault.message);
      expect(complaint).toContain(all[without]?.sql);
      expect(await made(target)).toEqual([]);
    }),
  );
});

describe('a role on a target with a past', () => {
  it.each([
    [
      'where a superuser owns the table',
      'ALTER TABLE users OWNER TO CURRENT_USER',
      /^ALTER TABLE public.users OWNER TO/,
    ],
    [
      'where row-level security is forced on the owner',
      'ALTER TABLE users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
      /BYPASSRLS$/,
    ],
    [
      'where the owner took its own rights away',
      'REVOKE UPDATE ON users FROM $owner',
      /^GRANT UPDATE ON TABLE public.users/,
    ],
    [
      'where types are not free for everybody',
      `CREATE DOMAIN public.label AS text; REVOKE USAGE ON TYPE public.label FROM PUBLIC;
       ALTER TABLE users ADD COLUMN kind public.label`,
      /^GRANT USAGE ON TYPE public.label/,
    ],
    [
      'where a type lives in a schema of its own',
      `CREATE SCHEMA shapes; CREATE TYPE shapes.mood AS ENUM ('good', 'bad');
       ALTER TABLE users ADD COLUMN mood shapes.mood`,
      /^GRANT USAGE ON SCHEMA shapes/,
    ],
    [
      'where the functions of another role stand',
      `CREATE SCHEMA crossfade; CREATE TABLE crossfade.route (migration text PRIMARY KEY, revision bigint NOT NULL,
         kill boolean NOT NULL, safe_side text NOT NULL, updated_at timestamptz NOT NULL DEFAULT now())`,
      /^ALTER SCHEMA crossfade OWNER TO/,
    ],
    [
      "where the application's own views stand",
      `CREATE SCHEMA users_v1; CREATE VIEW users_v1.users AS SELECT * FROM public.users;
       ALTER SCHEMA users_v1 OWNER TO $owner; ALTER VIEW users_v1.users OWNER TO $owner`,
      /^GRANT "owner_/,
    ],
  ])('%s is given what it takes to reach the end', (_, setup, needed) =>
    on(
      serverUrl(),
      async (target) => {
        const lacking = await target.lacking();
        expect(lacking.map(({ sql }) => sql)).toContainEqual(expect.stringMatching(needed));
        await target.grant(lacking);
        for (const kind of ['expand', 'backfill', 'verify', 'contract'] as const) {
          expect(await target.run(kind)).toMatchObject({ kind, status: 'done' });
        }
        const { rows } = await target.admin.query(
          'SELECT count(birthdate)::int AS filled FROM public.users',
        );
        expect(rows).toEqual([{ filled: 2 }]);
      },
      setup,
    ),
  );

  it.each([
    [
      'createTable',
      {
        table: 'notes',
        columns: [{ name: 'id', type: 'bigint', notNull: true, default: null }],
        primaryKey: ['id'],
      },
      /^GRANT CREATE ON SCHEMA public/,
    ],
    [
      'setDefault',
      { table: 'users', column: 'name', default: null },
      /^GRANT USAGE ON SCHEMA public/,
    ],
  ] as const)('is given for %s what that takes', (operation, rest, needed) =>
    on(serverUrl(), async (target) => {
      const migration = {
        ...USERS_BIRTHDATE,
        operations: [{ operation, ...rest } as Operation],
      };
      const lacking = await target.lacking(migration);
      expect(lacking.map(({ sql }) => sql)).toContainEqual(expect.stringMatching(needed));
      const creates = lacking.filter(({ sql }) => sql.startsWith('GRANT CREATE ON SCHEMA'));
      expect(creates).toHaveLength(operation === 'createTable' ? 1 : 0);
      await target.grant(lacking);
      for (const kind of ['expand', 'contract'] as const) {
        expect(await target.run(kind, migration)).toMatchObject({ kind, status: 'done' });
      }
    }),
  );

  it('is given for addForeignKey the rights on a table that it leads to', () =>
    on(
      serverUrl(),
      async (target) => {
        const references = { schema: 'hr', table: 'people', columns: ['id'] };
        const more = { onDelete: 'no action', onUpdate: 'no action', enforce: 'contract' } as const;
        const migration = {
          ...USERS_BIRTHDATE,
          operations: [
            {
              operation: 'addForeignKey',
              table: 'users',
              name: 'users_people',
              columns: ['id'],
              references,
              ...more,
            },
          ] as const,
        };
        const lacking = await target.lacking(migration);
        const onOther = lacking.filter(({ sql }) => sql.includes(' hr'));
        expect(onOther.map(({ sql }) => sql.split(' TO ')[0])).toEqual([
          'GRANT USAGE ON SCHEMA hr',
          'GRANT SELECT ON TABLE hr.people',
          'GRANT REFERENCES ON TABLE hr.people',
        ]);
        await target.grant(lacking);
        for (const kind of ['expand', 'verify', 'contract'] as const) {
          expect(await target.run(kind, migration)).toMatchObject({ kind, status: 'done' });
        }
      },
      `CREATE SCHEMA hr; CREATE TABLE hr.people (id bigint PRIMARY KEY); INSERT INTO hr.people VALUES (1), (2), (3)`,
    ));

  it('holds in the middle, with the statement that mends it, when a right is taken away', () =>
    on(serverUrl(), async (target) => {
      await target.grant(await target.lacking());
      await target.run('expand');
      await target.admin.query(`REVOKE "${target.owner}" FROM "${target.role}"`);
      const held = await target.run('backfill');
      expect(held).toMatchObject({ status: 'running', hold: 'privileges' });
      expect(held.reason).toContain(`GRANT "${target.owner}" TO "${target.role}"`);
      await target.grant(await target.lacking());
      await target.admin.query('UPDATE crossfade.job SET due_at = now(), hold = NULL');
      expect(await target.run('backfill')).toMatchObject({ status: 'done' });
    }));
});

/** Relations that expand would have made. */
async function made(target: RestrictedTarget): Promise<readonly unknown[]> {
  const { rows } = await target.admin.query(`SELECT c.relname FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname LIKE 'users_v%'`);
  return rows;
}
