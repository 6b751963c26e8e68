import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { sqlType } from '../../scalars/sql-type.ts';
import { always, countKeys } from '../exactly-one.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const splitList = mapping({
  table: required(sqlName, 'Table that holds the list.'),
  column: required(sqlName, 'Column that holds it: an array, or what `up` makes one of.'),
  into: required(sqlName, 'The new table, with a row for each element.'),
  key: optional(
    z.record(sqlName, sqlName),
    "What the new table calls the key's columns: `{ id: user_id }`. Left out: the same.",
  ),
  position: optional(sqlName, "What it calls an element's place, from 1.", 'position'),
  to: required(sqlName, 'What it calls the element.'),
  type: optional(sqlType, "PostgreSQL type of an element. Left out: that of the array's elements."),
  up: optional(sqlExpression, 'SQL expression over the old columns that yields the array.'),
  down: optional(
    sqlExpression,
    'SQL expression in which `to` is the array, that yields the old value.',
  ),
  missing: optional(
    sqlExpression,
    'What the old column holds where there are no rows. Left out: NULL.',
  ),
  foreignKey: optional(
    z.boolean({ error: 'expected true or false' }),
    'From contract on, a row of the new table needs its row in the old one and goes with it.',
    false,
  ),
}).refine((value) => [0, 3].includes(countKeys(value, ['type', 'up', 'down'])), {
  ...always,
  error: 'write `type`, `up` and `down` together, or none of them for a column that is an array',
});
