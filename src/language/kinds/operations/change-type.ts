import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { sqlType } from '../../scalars/sql-type.ts';
import { lossy } from '../../scalars/lossy.ts';
import { reversible } from '../../scalars/reversible.ts';
import { always, countKeys } from '../exactly-one.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

const follower = mapping({
  table: required(sqlName, 'Table whose foreign key leads to the column.'),
  column: required(sqlName, 'Its own column, which changes in the same way.'),
});

const references = mapping(
  {
    follow: required(
      z.array(follower).min(1, { error: 'expected at least one column' }),
      'Columns of foreign keys that lead to this one.',
    ),
  },
  'expected the columns that follow, such as `{ follow: [{ table: items, column: order_id }] }`',
);

export const changeType = mapping({
  table: required(sqlName, 'Table that the column belongs to.'),
  column: required(sqlName, 'Column whose values change; its name stays.'),
  type: required(sqlType, 'PostgreSQL type of the new values.'),
  up: optional(sqlExpression, 'SQL expression over the old columns. Left out: a cast.'),
  down: optional(
    sqlExpression,
    'SQL expression in which the column is the new value. Left out: a cast.',
  ),
  lossy: optional(
    lossy,
    'Says that values do not come back: after `up`, after `down`, or after either.',
  ),
  reversible: optional(reversible, 'How far the way back leads, by what the new column holds.'),
  references: optional(references, 'What leads to the column, as to a key, and changes with it.'),
})
  .refine((value) => countKeys(value, ['references', 'lossy']) < 2, {
    ...always,
    path: ['lossy'],
    error: 'a column that foreign keys lead to must come back as it was; leave `lossy` out',
  })
  .refine((value) => countKeys(value, ['reversible', 'lossy']) < 2, {
    ...always,
    path: ['reversible'],
    error:
      '`lossy` says that values never come back, `reversible` how long they do; write one of the two',
  });
