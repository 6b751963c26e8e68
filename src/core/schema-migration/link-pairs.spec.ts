import { describe, expect, it } from '@jest/globals';
import type { AddColumn, ChangeType, Operation } from './operation.ts';
import { resolvePairs } from './resolve-migration.ts';
import { catalogOf, column, migrationOf, usersTable } from './users-catalog.fixture.ts';

const table = usersTable({
  columns: [column('id', { notNull: true }), column('a'), column('b'), column('c')],
});

const add = (name: string, up: string, down: Record<string, string>): AddColumn => ({
  operation: 'addColumn',
  table: 'users',
  column: name,
  type: 'text',
  up,
  down,
});

const change = (name: string, up: string, down: string): ChangeType => ({
  operation: 'changeType',
  table: 'users',
  column: name,
  type: 'integer',
  up,
  down,
});

const pairsOf = (...operations: readonly Operation[]) =>
  resolvePairs(migrationOf(...operations), catalogOf(table));

describe('columns that depend on each other', () => {
  it('are converted after what they read, whatever the order of the operations', () => {
    const pairs = pairsOf(
      add('x', 'a || b', { a: 'left(x, -1) || c' }),
      change('c', 'c::integer', 'c::text'),
      add('y', 'b', { b: 'y' }),
    );
    expect(pairs.map(({ name, after }) => [name, after.map((one) => one.name)])).toEqual([
      ['c', []],
      ['y', []],
      ['x', ['c', 'y']],
    ]);
  });

  it('read new values in down, where they stand until contract, and old ones in up', () => {
    const [, x] = pairsOf(
      change('c', 'c::integer', 'c::text'),
      add('x', 'a || c', { a: `replace(x, c::text, '')` }),
    );
    expect(x?.up).toBe('a || c');
    expect(x?.down).toMatch(/^replace\(x, "_crossfade_\w{8}_new_c"::text, ''\)$/);
    expect(x?.uses.map(({ name, type }) => `${name.slice(-5)} ${type}`)).toContain('new_c integer');
  });

  it('may be made of a column that the migration makes, over any number of steps', () => {
    const pairs = pairsOf(
      add('z', 'y || c', { c: 'right(z, 1)' }),
      add('y', 'upper(x)', { b: 'lower(y)' }),
      add('x', 'a', { a: 'x' }),
    );
    expect(pairs.find(({ name }) => name === 'z')?.up).toBe(
      'CAST((upper(CAST((a) AS text))) AS text) || c',
    );
    expect(pairs.map(({ name }) => name)).toEqual(['x', 'z', 'y']);
  });

  it.each<[string, readonly Operation[], string]>([
    [
      'columns that are made of each other',
      [add('x', 'a || y', { a: 'x' }), add('y', 'b || x', { b: 'y' })],
      'users.x reads users.y reads users.x: columns cannot be made of each other',
    ],
    [
      'columns whose old values are read by each other',
      [change('a', 'a::integer + b::integer', 'a::text'), change('b', 'length(a)', 'b::text')],
      'users.a reads users.b reads users.a',
    ],
    [
      'a down that reads what the new version does not know',
      [add('x', 'a', { a: 'x || b' }), add('y', 'b', { b: 'y' })],
      'down of users.x reads b, which the new version does not know: y takes its place. Read y instead.',
    ],
  ])('are refused: %s', (_, operations, message) => {
    expect(() => pairsOf(...operations)).toThrow(message);
  });
});
