import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';
import { text } from '../../scalars/name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { sqlType } from '../../scalars/sql-type.ts';
import { lossy } from '../../scalars/lossy.ts';
import { reversible } from '../../scalars/reversible.ts';
import { always, countKeys, isMapping } from '../exactly-one.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const addColumn = mapping({
  table: required(sqlName, 'Table that gets the column.'),
  column: required(sqlName, 'Name of the new column.'),
  type: required(sqlType, 'PostgreSQL type of the new column.'),
  up: optional(sqlExpression, 'SQL expression over the old columns that yields the new value.'),
  down: optional(
    z.record(sqlName, sqlExpression),
    'The one old column that the new one feeds, and the SQL expression that yields its value.',
  ),
  lossy: optional(
    lossy,
    'Says that values do not come back: after `up`, after `down`, or after either.',
  ),
  reversible: optional(reversible, 'How far the way back leads, by what the new column holds.'),
  feeds: optional(
    z.record(sqlName, text),
    'Short for `up` and `down` of one key inside a JSON column: `{ profile: dob }`.',
  ),
  notNull: optional(
    z.boolean({ error: 'expected true or false' }),
    'Refuses NULL; for a column that only the new version knows, with a `default`.',
    false,
  ),
  default: optional(
    sqlExpression,
    'SQL of a constant, for a column that only the new version knows: what rows hold that are there.',
  ),
})
  .refine((value) => saysHow(value), {
    ...always,
    error:
      'say how the shapes convert: write both `up` and `down`, or `feeds` alone; without any of them the old version knows nothing of the column',
  })
  .refine((value) => countKeys(value, HOW) === 0 || countKeys(value, OWN) === 0, {
    ...always,
    error: '`notNull` and `default` are for a column without `up`, `down` and `feeds`',
  })
  .refine((value) => value.notNull !== true || value.default !== undefined, {
    ...always,
    path: ['notNull'],
    error: 'rows that are there need a value: give a `default`',
  })
  .refine((value) => countKeys(value, ['lossy']) === 0 || countKeys(value, HOW) > 0, {
    ...always,
    path: ['lossy'],
    error: 'nothing is converted without `up` and `down`; leave `lossy` out',
  })
  .refine((value) => countKeys(value, ['reversible']) === 0 || countKeys(value, HOW) > 0, {
    ...always,
    path: ['reversible'],
    error: 'nothing is converted without `up` and `down`; leave `reversible` out',
  })
  .refine((value) => countKeys(value, ['reversible', 'lossy']) < 2, {
    ...always,
    path: ['reversible'],
    error:
      '`lossy` says that values never come back, `reversible` how long they do; write one of the two',
  })
  .refine((value) => !isMapping(value.feeds) || Object.keys(value.feeds).length === 1, {
    ...always,
    path: ['feeds'],
    error: 'a new column feeds one key of one JSON column; write one entry',
  })
  .refine((value) => !isMapping(value.down) || Object.keys(value.down).length === 1, {
    ...always,
    path: ['down'],
    error: 'a new column feeds exactly one old column; write one entry',
  });

const HOW = ['up', 'down', 'feeds'];
const OWN = ['notNull', 'default'];

function saysHow(value: unknown): boolean {
  const feeds = countKeys(value, ['feeds']);
  const pair = countKeys(value, ['up', 'down']);
  return !isMapping(value) || (feeds === 1 ? pair === 0 : pair !== 1);
}
