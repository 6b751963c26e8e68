import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import type { TargetDatabase } from '../../../src/engine/ports/target-database.ts';
import { checkTarget } from '../../../src/engine/schema-migration/preflight/check-target.ts';
import { startDebianPostgres } from '../../support/debian-postgres.ts';
import type { DebianPostgres } from '../../support/debian-postgres.ts';
import { UsersTarget, USERS_BIRTHDATE } from '../../support/users-target.ts';

const ORDERS = `CREATE TABLE customers (id int PRIMARY KEY);
      INSERT INTO customers VALUES (0), (1);
      CREATE TABLE orders (id bigint PRIMARY KEY, note text, code text, customer_id int, amount int);
      INSERT INTO orders SELECT n, NULL, 'n/a', n % 3, n - 1 FROM generate_series(1, 1200) n`;

let debian: DebianPostgres;
let target: UsersTarget;
let database: TargetDatabase;

beforeAll(async () => {
  debian = await startDebianPostgres();
});
afterAll(() => debian.close());

describe.each(['newest', 'debian'])('rows that a migration would stop at, on the %s', (which) => {
  const [table, enforce] = ['orders', 'contract'] as const;
  const known = (up: string) => ({ operation: 'setNotNull', table, column: 'note', up }) as const;
  const check = { operation: 'addCheck', table, name: 'positive', enforce } as const;
  const positive = { ...check, check: 'amount > 0', replaces: null };
  const foreign = {
    operation: 'addForeignKey',
    table,
    name: 'of_customer',
    columns: ['customer_id'],
    references: { schema: null, table: 'customers', columns: ['id'] },
    onDelete: 'no action',
    onUpdate: 'no action',
    enforce,
  } as const;
  const inTheWay = async (...operations: readonly Operation[]) => {
    const undertaking = { migration: { ...USERS_BIRTHDATE, operations }, backup: null, room: null };
    const { findings } = await checkTarget(database, undertaking);
    return findings
      .filter(({ code }) => !['disk', 'selectStar', 'trigger'].includes(code))
      .map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  };

  beforeEach(async () => {
    target = await UsersTarget.create(ORDERS, which === 'debian' ? debian.url : undefined);
    database = openTargetPostgres(target.url);
  });
  afterEach(async () => {
    await database.close();
    await target.close();
  });

  it('are counted, to a bound, before anything is created', async () => {
    expect(await inTheWay(known('note'), foreign, positive)).toEqual([
      'blocks nulls: `up` leaves NULL in at least 1000 rows of orders, in note, which is to hold none.',
      'blocks orphans: The foreign key of_customer is broken by 400 rows of orders: what they lead to is not in "public"."customers".',
      'blocks check: The check positive is broken by 1 row of orders.',
    ]);
    await target.admin.query('UPDATE orders SET customer_id = 1, amount = 1');
    expect(await inTheWay(known(`coalesce(note, '')`), foreign, positive)).toEqual([]);
  });

  it('are counted as the new version will see them', async () => {
    const replaced = (up: string) => {
      return { ...positive, replaces: { column: 'amount', up, down: null } };
    };
    expect(await inTheWay(replaced('amount - 1'))).toEqual([
      'blocks check: The check positive is broken by 2 rows of orders.',
    ]);
    expect(await inTheWay(replaced('greatest(amount, 1)'))).toEqual([]);
  });

  it('are named where the new version would read NULL in what they hold', async () => {
    const nothing = (down: string) =>
      ({ operation: 'dropNotNull', table, column: 'code', down }) as const;
    expect(await inTheWay(nothing(`coalesce(code, 'n/a')`))).toEqual([
      'warns nulls: The new version reads NULL in at least 1000 rows of orders, in code: they hold what `down` gives for NULL.',
    ]);
    expect(await inTheWay(nothing(`coalesce(code, 'unknown')`))).toEqual([]);
  });

  it('are left alone where an expression fails, or somebody else goes first', async () => {
    const failing = { ...positive, check: 'code::int > 0' };
    expect(await inTheWay(failing)).toEqual([
      'unknown unanswered: A question about the rows could not be answered (SQLSTATE 22P02).',
    ]);
    const mending = { operation: 'sql', table, also: [], contract: '', down: '' } as const;
    const expand = 'UPDATE orders SET amount = 1 WHERE amount < 1';
    expect(await inTheWay({ ...mending, expand }, positive)).toEqual([]);
    const nowhere = { ...foreign, references: { ...foreign.references, table: 'nowhere' } };
    expect(await inTheWay(nowhere)).toEqual([expect.stringMatching(/^blocks references: /)]);
  });
});
