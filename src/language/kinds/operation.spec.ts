import { describe, expect, it } from '@jest/globals';

import { parseDocuments } from '../parse-documents.ts';
import { readMigrations } from '../read-migrations.ts';

const file = (operations: string) => ({
  name: 'm.yaml',
  text: `apiVersion: crossfade/v1
kind: SchemaMigration
metadata: { name: shop }
spec:
  target: shop
  from: shop_v1
  to: shop_v2
  operations:
${operations}`,
});

const faults = (operations: string) =>
  parseDocuments([file(operations)]).faults.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );

const read = (operations: string) => readMigrations([file(operations)])[0]?.migration.operations;

describe('an operation that adds a rule', () => {
  it('refuses nothing before contract unless told otherwise', () => {
    const operations = read(`
    - addCheck: { table: orders, name: positive, check: amount > 0 }
    - addForeignKey: { table: orders, name: fk, columns: [a], references: { table: others, columns: [b] } }
    - addUnique: { table: orders, name: uq, columns: [a], enforce: expand }
    - addPrimaryKey: { table: orders, columns: [a] }
`);
    expect(operations).toEqual([
      {
        operation: 'addCheck',
        table: 'orders',
        name: 'positive',
        check: 'amount > 0',
        enforce: 'contract',
        replaces: null,
      },
      {
        operation: 'addForeignKey',
        table: 'orders',
        name: 'fk',
        columns: ['a'],
        references: { schema: null, table: 'others', columns: ['b'] },
        onDelete: 'no action',
        onUpdate: 'no action',
        enforce: 'contract',
      },
      {
        operation: 'addUnique',
        table: 'orders',
        name: 'uq',
        columns: ['a'],
        include: [],
        nulls: 'distinct',
        enforce: 'expand',
      },
      {
        operation: 'addPrimaryKey',
        table: 'orders',
        name: 'orders_pkey',
        columns: ['a'],
        enforce: 'contract',
      },
    ]);
  });

  it.each([
    [
      '    - addForeignKey: { table: t, name: fk, columns: [a], references: { table: u, columns: [b, c] } }',
      '9:91 name as many columns as in `columns`',
    ],
    [
      '    - addUnique: { table: t, name: uq, columns: [] }',
      '9:49 `columns` is a list; expected at least one column',
    ],
    ['    - addPrimaryKey: { table: t, columns: [a, a] }', '9:43 name each column once'],
    [
      '    - addUnique: { table: t, name: uq, columns: [a], enforce: later }',
      '9:63 `enforce` is `later`; expected `expand` or `contract`',
    ],
    [
      '    - addCheck: { table: t, name: c, check: a > 0, up: abs(a) }',
      '9:17 write `column` and `up` together, and `down` only with them',
    ],
    [
      '    - addCheck: { table: t, name: c, check: a > 0, column: a, up: abs(a), enforce: expand }',
      '9:84 with `up` the old version does not keep it; leave `enforce` out',
    ],
  ])('is refused by line and column: %s', (operation, fault) => {
    expect(faults(operation)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('changeType of a key', () => {
  const key = (more: string) =>
    `    - changeType: { table: orders, column: id, type: bigint, ${more} }`;

  it('takes the columns that lead to it along, each by its own name', () => {
    const follow = '[{ table: items, column: order_id }, { table: orders, column: parent }]';
    expect(read(key(`references: { follow: ${follow} }, up: id::bigint`))).toMatchObject([
      { table: 'orders', column: 'id', up: 'id::bigint', down: '"id"' },
      { table: 'items', column: 'order_id', up: '"order_id"::bigint', down: '"order_id"' },
      { table: 'orders', column: 'parent', up: '"parent"::bigint', down: '"parent"' },
    ]);
  });

  it('warns of a border as long before as is asked for, on columns that follow as well', () => {
    const follow = 'references: { follow: [{ table: items, column: order_id }] }';
    const border = 'reversible: { while: id <= 2147483647, warnBefore: 30d }';
    const warnBeforeMs = 30 * 86_400_000;
    expect(read(key(`${follow}, ${border}`))).toMatchObject([
      { reversible: { while: 'id <= 2147483647', warnBeforeMs } },
      { reversible: { while: '"order_id" <= 2147483647', warnBeforeMs } },
    ]);
  });

  it.each([
    [
      key('references: follow'),
      '9:74 `references` is `follow`; expected the columns that follow, such as',
    ],
    [
      key('lossy: up, references: { follow: [{ table: items, column: order_id }] }'),
      'must come back as it was; leave `lossy` out',
    ],
    [key('reversible: id < 9'), 'expected the condition under which a rollback loses nothing'],
    [
      key('reversible: { while: length(name) < 9, warnBefore: 30d }'),
      'only where `while` compares the column with a number',
    ],
    [key('lossy: up, reversible: { while: id < 9 }'), '`reversible` how long they do; write one'],
  ])('is refused by line and column: %s', (operation, fault) => {
    expect(faults(operation)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('SQL of an operation', () => {
  it.each([
    [
      'addColumn: { table: t, column: c, type: date, up: a, down: { a: "c); DROP TABLE t" } }',
      '9:71 this is not one SQL expression: a parenthesis closes that was never opened',
    ],
    ['setDefault: { table: t, column: c, default: "1; DROP TABLE t" }', 'a semicolon ends it'],
    ['addCheck: { table: t, name: n, check: "c > 0 --" }', 'comments have no place in it'],
    [
      'createIndex: { table: t, name: i, columns: [c], where: "c > $crossfade$" }',
      '$crossfade$ is reserved',
    ],
    ['changeType: { table: t, column: c, type: "int; DROP TABLE t" }', 'the name of a PostgreSQL'],
    ['changeType: { table: t, column: c, type: "int -- " }', 'the name of a PostgreSQL type'],
  ])('is refused where it could end or hide what comes after it: %s', (operation, fault) => {
    expect(faults(`    - ${operation}\n`)).toEqual([expect.stringContaining(fault)]);
  });

  it('may hold whatever else stands in an expression, and any type', () => {
    const up = `coalesce(a ->> 'x;--', $t$ /* $t$)`;
    for (const type of ['numeric(10, 2)', 'timestamp(3) with time zone', 'my."Größe"[]', 'text']) {
      const operation = { table: 't', column: 'c', type, up, down: { a: 'c' } };
      expect(faults(`    - addColumn: ${JSON.stringify(operation)}\n`)).toEqual([]);
    }
  });
});
