import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import { resolveMovements } from '../../../src/core/schema-migration/resolve-migration.ts';
import type { SplitTable } from '../../../src/core/schema-migration/moving-operations.ts';
import type { Movement } from '../../../src/core/schema-migration/movement.ts';
import { middleSql } from '../../../src/core/schema-migration/middle-sql.ts';
import type { TargetDatabase } from '../../../src/engine/ports/target-database.ts';
import { LongStatements } from '../../../src/engine/schema-migration/long-statements.ts';
import type {
  BatchTerms,
  KeyRange,
  Worked,
} from '../../../src/engine/schema-migration/range-task.ts';
import { VerifyTask } from '../../../src/engine/schema-migration/verify-task.ts';
import { RuleLooks } from '../../../src/engine/schema-migration/rule-looks.ts';
import { ADD_BIRTHDATE, UsersTarget } from '../../support/users-target.ts';

/** Enough for two sessions, and for four parts of 16,000. */
const ROWS = 60_000;
/** Each comes so often that values are compared in place of rows. */
const DAYS = 2_000;

const SPLIT: SplitTable = {
  operation: 'splitTable',
  table: 'users',
  into: 'contacts',
  key: { id: 'user_id' },
  columns: ['name', 'email'].map((column) => ({ column, to: column })),
  foreignKey: false,
};

const MIGRATION = {
  name: 'users-both',
  from: 'users_v1',
  to: 'users_v2',
  schema: 'public',
  operations: [ADD_BIRTHDATE, SPLIT],
};

let target: UsersTarget;
let database: TargetDatabase;
let movements: readonly Movement[];

const secretly = (sql: string) =>
  target.admin.query(`BEGIN; SET LOCAL crossfade.sync = 'off'; ${sql}; COMMIT`);

type Which = 'column' | 'split';
const BOTH = ['column', 'split'] as const;

const plant = (ids: readonly number[]) =>
  secretly(`UPDATE users SET birthdate = birthdate + 1 WHERE id IN (${ids.join(', ')});
    UPDATE contacts SET name = 'other' WHERE user_id IN (${ids.join(', ')})`);
const mend = (ids: readonly number[]) =>
  secretly(`UPDATE users SET dob = to_char(day, 'YYYY-MM-DD'), birthdate = day
      FROM (SELECT id AS of, date '1950-01-01' + id::integer % ${DAYS} AS day FROM users) was
      WHERE id = of AND id IN (${ids.join(', ')});
    UPDATE contacts SET name = 'n' || user_id WHERE user_id IN (${ids.join(', ')})`);

beforeAll(async () => {
  target = await UsersTarget.create();
  await target.run('expand', MIGRATION);
  await secretly(
    `INSERT INTO users (name, dob, birthdate) SELECT 'n' || n, to_char(d, 'YYYY-MM-DD'), d
       FROM generate_series(1, ${ROWS}) n, LATERAL (SELECT date '1950-01-01' + n % ${DAYS} AS d) day;
     INSERT INTO contacts (user_id, name) SELECT id, name FROM users`,
  );
  await target.admin.query('VACUUM ANALYZE users, contacts');
  database = openTargetPostgres(target.url);
  movements = resolveMovements(MIGRATION, await database.catalog(MIGRATION));
});
afterAll(async () => {
  await database.close();
  await target.close();
});

const DIFFERING = [7, 59_000];

describe('a batch of parity over many rows', () => {
  const tableOf = (which: Which): Movement => {
    const found = movements.find(
      ({ place }) => (place === 'users.birthdate') === (which === 'column'),
    );
    if (found === undefined) throw new Error('nothing is compared');
    return found;
  };

  const terms = { isLate: () => false, isUnrestrained: true };
  const whole = { from: null, to: [String(ROWS)], rows: ROWS, isCounted: true };
  /** Whether the session that began compared values in place of rows. */
  let byValue = false;
  const worked = (
    which: Which,
    more: Partial<BatchTerms> = {},
    by: 'work' | 'workCarefully' = 'work',
    range: KeyRange = whole,
  ): Promise<Worked> =>
    database.transaction((session) => {
      const task = new VerifyTask(database, new RuleLooks(database, new LongStatements(database)));
      byValue = false;
      const watched: typeof session = {
        ...session,
        query: (sql, values) => {
          byValue ||= sql.includes('_crossfade_rows');
          return session.query(sql, values);
        },
      };
      return task[by](watched, tableOf(which), range, { ...terms, ...more });
    });
  const named = ({ differing }: Worked) => differing.map(({ row }) => row);

  it.each(BOTH)('finds nothing where nothing differs (%s)', async (which) => {
    expect(await worked(which, { isLate: () => true })).toEqual({ differing: [], rows: ROWS });
  });

  describe.each(DIFFERING)('that differ in row %i', (id) => {
    beforeAll(() => plant([id]));
    afterAll(() => mend([id]));

    it.each(BOTH)('is found by one session and by two (%s)', async (which) => {
      for (const isUnrestrained of [false, true]) {
        expect(named(await worked(which, { isUnrestrained }))).toEqual([`users(${id})`]);
        expect(byValue).toBe(which === 'column');
      }
    });
  });

  describe('that differ in two places', () => {
    beforeAll(() => plant(DIFFERING));
    afterAll(() => mend(DIFFERING));

    it.each(BOTH)('ends with the part at work when its time is up (%s)', async (which) => {
      const late = await worked(which, { isLate: () => true });
      expect(named(late)).toEqual(['users(7)']);
      expect(late.stopped).toEqual({ key: ['16000'], rows: 16_000 });
    });

    it('goes on behind that', async () => {
      const rest = { ...whole, from: ['16000'], rows: ROWS - 16_000 };
      expect(named(await worked('column', {}, 'work', rest))).toEqual(['users(59000)']);
    });

    it('ends so as well where each row is judged by itself', async () => {
      const late = await worked('column', { isLate: () => true }, 'workCarefully');
      expect(named(late)).toEqual(['users(7)']);
      expect(late.stopped).toEqual({ key: ['10000'], rows: 10_000 });
    });

    it('is found whole by a job whose batches have their time', async () => {
      expect(await target.run('verify', MIGRATION)).toMatchObject({
        done: 2 * ROWS,
        differences: 4,
      });
      await target.admin.query(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
    });
  });

  const distinct = (how: string) =>
    target.admin.query(`ALTER TABLE users ALTER birthdate ${how}; ANALYZE users`);
  describe.each([
    ['takes every value for another', () => distinct('SET (n_distinct = -1)')],
    [
      'knows nothing',
      () => target.admin.query(`DELETE FROM pg_statistic WHERE starelid = 'users'::regclass`),
    ],
  ])('of a table of which the planner %s', (_, makeSo) => {
    beforeAll(async () => {
      await plant(DIFFERING);
      await makeSo();
    });
    afterAll(async () => {
      await mend(DIFFERING);
      await distinct('RESET (n_distinct)');
    });

    it.each([false, true])(
      'is compared row by row, to the same end (two sessions: %s)',
      async (isUnrestrained) => {
        const found = await worked('column', { isUnrestrained });
        expect(named(found)).toEqual(DIFFERING.map((id) => `users(${id})`));
        expect({ byValue, rows: found.rows }).toEqual({ byValue: false, rows: ROWS });
      },
    );
  });

  it.each(BOTH)('counts rows that were only reckoned (%s)', async (which) => {
    for (const rows of [9, ROWS - 9, ROWS + 9]) {
      const reckoned = { ...whole, rows, isCounted: false };
      expect(await worked(which, {}, 'work', reckoned)).toEqual({ differing: [], rows: ROWS });
    }
  });

  it('fails as a whole when either session trips over a row', async () => {
    for (const id of DIFFERING) {
      await secretly(`UPDATE users SET dob = 'not a day' WHERE id = ${id}`);
      await expect(worked('column')).rejects.toMatchObject({ sqlState: '22007' });
      await mend([id]);
    }
  });
});

describe('the middle of a range', () => {
  const key = [
    { name: 'n', type: 'bigint' },
    { name: 'part', type: 'text' },
  ];
  const middle = async (from: readonly string[] | null, to: readonly string[]) => {
    const sql = middleSql({ schema: 'public', name: 'parts', key });
    const { rows } = await target.admin.query<{ key: readonly string[] }>(sql, [from, to]);
    return rows[0]?.key;
  };
  beforeAll(() =>
    target.admin.query(`CREATE TABLE parts AS SELECT n::bigint, 'p' || part AS part
        FROM generate_series(1, 1000) n, generate_series(1, 2) part;
      ALTER TABLE parts ADD PRIMARY KEY (n, part)`),
  );
  afterAll(() => target.admin.query('DROP TABLE parts'));

  it('is a key of it, by what the planner knows of the first column', async () => {
    expect(await middle(null, ['1000', 'p2'])).toBeUndefined();
    await target.admin.query('ALTER TABLE parts ALTER n SET (n_distinct = -0.5); ANALYZE parts');
    const [n, part] = (await middle(null, ['1000', 'p2'])) ?? [];
    expect(Math.abs(Number(n) - 500)).toBeLessThan(50);
    expect(part).toBe('p1');
    const [upper] = (await middle(['800', 'p1'], ['1000', 'p2'])) ?? [];
    expect(Math.abs(Number(upper) - 900)).toBeLessThan(20);
  });

  it('is not known of a range in which there are few bounds', async () => {
    expect(await middle(['800', 'p1'], ['810', 'p2'])).toBeUndefined();
  });
});

describe('a check of all rows, whose number is only reckoned', () => {
  it('reaches the last row and counts all, whether there are fewer or more than was reckoned', async () => {
    const last = `SELECT max(id) FROM users`;
    const broken = `UPDATE users SET birthdate = birthdate + 1 WHERE id = (${last})`;
    await secretly(
      `DELETE FROM contacts WHERE user_id > 50000; DELETE FROM users WHERE id > 50000`,
    );
    await secretly(broken);
    const fewer = await target.run('verify', MIGRATION);
    expect(fewer).toMatchObject({ done: 100_000, differences: 1 });
    // Pages in which nothing was found make every page seem emptier than it is.
    await target.admin.query('ANALYZE users, contacts');
    await secretly(`INSERT INTO users (id, dob, birthdate) SELECT n, '1999-09-09', '1999-09-09'
      FROM generate_series(100001, 120000) n`);
    await secretly(broken);
    await target.admin.query(`DELETE FROM crossfade.job WHERE kind = 'verify'`);
    const more = await target.run('verify', MIGRATION);
    expect(more).toMatchObject({ done: 140_000, differences: 2 });
    expect(more.reason).toBe('2 rows differ, among them users(50000), users(120000)');
  });
});
