import { z } from 'zod';

import { identifier } from '../scalars/identifier.ts';
import { text } from '../scalars/name.ts';
import { always, countKeys, exactlyOne, isMapping } from './exactly-one.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

const addColumn = mapping({
  table: required(identifier, 'Table that gets the column.'),
  column: required(identifier, 'Name of the new column.'),
  type: required(text, 'PostgreSQL type of the new column.'),
  up: optional(text, 'SQL expression over the old columns that yields the new value.'),
  down: optional(
    z.record(identifier, text),
    'The one old column that the new one feeds, and the SQL expression that yields its value.',
  ),
  feeds: optional(
    z.record(identifier, text),
    'Short for `up` and `down` of one key inside a JSON column: `{ profile: dob }`.',
  ),
})
  .refine((value) => saysHow(value), {
    ...always,
    error: 'say how the shapes convert: write both `up` and `down`, or `feeds` alone',
  })
  .refine((value) => !isMapping(value.down) || Object.keys(value.down).length === 1, {
    ...always,
    path: ['down'],
    error: 'a new column feeds exactly one old column; write one entry',
  });

function saysHow(value: unknown): boolean {
  const feeds = countKeys(value, ['feeds']);
  const pair = countKeys(value, ['up', 'down']);
  return !isMapping(value) || (feeds === 1 ? pair === 0 : pair === 2);
}

/** One operation of a schema migration: a mapping with the operation's name as its only key. */
export const operationSchema = mapping({
  addColumn: optional(addColumn, 'Adds a column that is kept in step with an old one.'),
})
  .refine(
    ...exactlyOne(
      ['addColumn'],
      'an operation is one key, such as `addColumn`; give each its own list item',
    ),
  )
  .meta({
    id: 'Operation',
    description: 'One operation of a schema migration: a mapping with one of these keys.',
    minProperties: 1,
    maxProperties: 1,
  });

export type OperationInput = z.output<typeof operationSchema>;

export const operationsSchema = z
  .array(operationSchema)
  .min(1, { error: 'expected at least one operation' });
