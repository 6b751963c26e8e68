import { describe, expect, it } from '@jest/globals';
import { parseScript } from '../../../adapters/pg-parser/parse-script.ts';
import { convert } from './convert.ts';
import type { Conversion } from './conversion.ts';
import { KnownTables } from './known-tables.ts';

async function statementsOf(sql: string) {
  const parsed = await parseScript(sql);
  if ('message' in parsed) throw new Error(parsed.message);
  return parsed;
}

async function converted(sql: string, schema = ''): Promise<Conversion> {
  return convert(await statementsOf(sql), new KnownTables(await statementsOf(schema)));
}

const operationsOf = async (sql: string, schema?: string): Promise<readonly unknown[]> =>
  (await converted(sql, schema)).operations.map(({ operation }) => operation);

const doubtsOf = async (sql: string, schema?: string): Promise<readonly string[]> =>
  (await converted(sql, schema)).operations.flatMap(({ doubts }) =>
    doubts.map(({ message }) => message),
  );

describe('the way back of a new column', () => {
  it.each([
    ['a', 'b', undefined],
    ['a::date', 'b', undefined],
    ['t.a * 100', 'b / 100.0', undefined],
    ['a / 2.5', 'b * 2.5', undefined],
    ['a / 100', 'b * 100', 'up'],
    ['a::int + 1', 'b - 1', undefined],
    [`to_date(a, 'DD.MM.YYYY')`, `to_char(b, 'DD.MM.YYYY')`, undefined],
    ['to_timestamp(a)', 'extract(epoch FROM b)', undefined],
    ['lower(a)', 'b', 'up'],
    [`coalesce(a, '-')`, 'b', 'up'],
    [`nullif(a, '')`, 'b', 'up'],
    [`CASE a WHEN 'x' THEN 1 ELSE 0 END`, `CASE b WHEN 1 THEN 'x' END`, 'up'],
    [`split_part(a, ' ', 1)`, 'NULL', 'both'],
  ])('that is filled by %s is %s', async (up, down, lossy) => {
    const sql = `ALTER TABLE t ADD b text; UPDATE t SET b = ${up}; ALTER TABLE t DROP a`;
    const [operation] = (await operationsOf(sql)) as readonly { down: unknown; lossy?: string }[];
    expect([operation?.down, operation?.lossy]).toEqual([{ a: down }, lossy]);
    const isLost = lossy !== undefined;
    expect((await doubtsOf(sql)).some((one) => one.startsWith('down: '))).toBe(isLost);
  });
});

describe('what is filled for some rows only', () => {
  it.each([
    ['a::int', 'b IS NULL', 'a::int'],
    ['a::int', 'a IS NOT NULL', 'a::int'],
    ['a::int', `a <> ''`, `CASE WHEN a <> '' THEN a::int ELSE NULL END`],
    ['a::int + c', 'a IS NOT NULL', 'CASE WHEN a IS NOT NULL THEN a::int + c ELSE NULL END'],
  ])('SET b = %s WHERE %s', async (value, where, up) => {
    const sql = `ALTER TABLE t ADD b int; UPDATE t SET b = ${value} WHERE ${where}; ALTER TABLE t DROP a`;
    expect(await operationsOf(sql)).toMatchObject([{ operation: 'addColumn', up }]);
  });
});

describe('without the schema', () => {
  it.each([
    ['DROP INDEX i', '--schema FILE'],
    ['UPDATE t SET a = lower(a)', '--schema FILE'],
    ['ALTER TABLE t VALIDATE CONSTRAINT c', 'this file does not add c'],
    ['ALTER TABLE t ADD UNIQUE USING INDEX i', 'the file does not build i'],
    ['ALTER TABLE t ADD a int REFERENCES u DEFERRABLE', 'no operation says DEFERRABLE'],
    ['ALTER TABLE t ADD CHECK (a > 0) NO INHERIT', 'NO INHERIT'],
    ['ALTER TABLE t ADD a text COLLATE "C"', 'no operation says'],
    ['ALTER TABLE t ADD a date DEFAULT now() CHECK (a > b)', 'by a statement of its own'],
    ['ALTER TABLE t DROP a CASCADE', 'takes along what is not named'],
    ['CREATE UNLOGGED TABLE n (a int PRIMARY KEY)', 'makes plain tables'],
    ['ALTER TABLE t ADD a serial', 'rewrites t under a lock'],
    ['CREATE TABLE n (a int)', 'no primary key'],
    ['CREATE UNIQUE INDEX i ON t (lower(a))', 'over an expression'],
    ['ALTER TABLE one.t ADD a int; ALTER TABLE two.t ADD a int', 'tables of one schema'],
    ['TRUNCATE t', 'its rows are gone for good'],
  ])('%s is refused', async (sql, words) => {
    const { refused } = await converted(sql);
    expect(refused.map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
  });

  it('what is guessed is a doubt, and with it none', async () => {
    const sql = 'ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES other';
    expect(await doubtsOf(sql)).toContain(
      'references: the file names no column of other, and its key is taken to be id',
    );
    const schema = 'CREATE TABLE other (no bigint PRIMARY KEY)';
    expect(await doubtsOf(sql, schema)).not.toContainEqual(expect.stringMatching(/^references/));
    expect(await operationsOf(sql, schema)).toMatchObject([{ references: { columns: ['no'] } }]);
  });
});

describe('every statement', () => {
  it('is converted, refused or told to be needless, at its place', async () => {
    const sql = 'BEGIN; ALTER TABLE t ADD a int; DELETE FROM t; COMMIT';
    const { operations, refused, needless } = await converted(sql);
    const places = [operations, refused, needless].map((some) => some.map(({ place }) => place));
    expect(places).toEqual([[7], [32], [0, 47]]);
  });

  it('keeps every name in the letters that it is written in', async () => {
    const sql = `ALTER TABLE "Invoice" RENAME COLUMN "createdAt" TO "issuedAt";
      ALTER TABLE "Invoice" ADD "dueOn" date; ALTER TABLE "Invoice" ADD UNIQUE ("tenantId", "No");
      UPDATE "Invoice" SET "dueOn" = "Due Date"::date; ALTER TABLE "Invoice" DROP "Due Date";
      ALTER TABLE "Invoice" ADD CONSTRAINT "FK_1" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("Id");
      CREATE INDEX "IDX_1" ON "Invoice" ("tenantId", lower("No")) WHERE "dueOn" IS NOT NULL;
      CREATE TABLE "InvoiceLine" ("lineNo" int PRIMARY KEY)`;
    const { refused, operations } = await converted(sql);
    expect(refused).toEqual([]);
    expect(operations.map(({ operation }) => operation)).toMatchObject([
      { operation: 'renameColumn', table: 'Invoice', column: 'createdAt', to: 'issuedAt' },
      { column: 'dueOn', up: '"Due Date"::date', down: { 'Due Date': '"dueOn"' } },
      { operation: 'addUnique', name: 'Invoice_tenantId_No_key', columns: ['tenantId', 'No'] },
      { name: 'FK_1', columns: ['tenantId'], references: { table: 'Tenant', columns: ['Id'] } },
      { name: 'IDX_1', parts: [{ column: 'tenantId' }, { expression: 'lower("No")' }] },
      { table: 'InvoiceLine', columns: [{ name: 'lineNo' }], primaryKey: ['lineNo'] },
    ]);
  });

  it('names what needs quotes in quotes', async () => {
    const sql = 'ALTER TABLE "user" ADD "order" date NOT NULL DEFAULT now()';
    const down = 'ALTER TABLE "user" DROP COLUMN "order";\n';
    expect(await operationsOf(sql)).toMatchObject([{ operation: 'sql', table: 'user', down }]);
  });

  it.each([
    ['ALTER TABLE t ADD a int; ALTER TABLE shop.t ADD b int', 'public', ['about shop']],
    ['ALTER TABLE shop.t ADD b int; ALTER TABLE t ADD a int', 'shop', ['about public']],
    ['SET search_path TO shop, public; ALTER TABLE t ADD a int', 'shop', []],
    ['SET LOCAL search_path = shop; ALTER TABLE t ADD a int; RESET search_path', 'shop', []],
  ])('takes no table of one schema for another’s: %s', async (sql, schema, why) => {
    const { schema: found, refused, operations } = await converted(sql);
    expect([found, operations.length]).toEqual([schema, 1]);
    const said = why.map((words): unknown => expect.stringContaining(words));
    expect(refused.map(({ message }) => message)).toEqual(said);
  });

  it('takes along what leads to a key that changes its type, as far as the schema tells', async () => {
    const schema = `CREATE TABLE public.a (id int PRIMARY KEY); CREATE TABLE public.b (a_id int); CREATE TABLE public.c (b_a int);
      ALTER TABLE ONLY public.b ADD CONSTRAINT b_fk FOREIGN KEY (a_id) REFERENCES public.a(id);
      ALTER TABLE ONLY public.c ADD CONSTRAINT c_fk FOREIGN KEY (b_a) REFERENCES public.b(a_id);`;
    const sql = 'ALTER TABLE a ALTER id TYPE bigint';
    const places = (all: readonly unknown[]) =>
      (all as { table: string; column: string }[]).map((one) => `${one.table}.${one.column}`);
    expect(places(await operationsOf(sql))).toEqual(['a.id']);
    expect(places(await operationsOf(sql, schema))).toEqual(['a.id', 'b.a_id', 'c.b_a']);
    expect((await doubtsOf(sql, schema)).join()).toContain(
      'b.a_id leads to a.id and becomes bigint',
    );
    const both = `${sql}; ALTER TABLE b ALTER a_id TYPE bigint`;
    expect(places(await operationsOf(both, schema))).toEqual(['a.id', 'b.a_id', 'c.b_a']);
  });

  it('lets a foreign key lead to another schema', async () => {
    const sql = 'ALTER TABLE shop.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES public.other(id)';
    expect(await operationsOf(sql)).toMatchObject([{ references: { schema: 'public' } }]);
  });

  it('speaks of its own schema', async () => {
    expect((await converted('ALTER TABLE shop.t ADD a int')).schema).toBe('shop');
  });
});
