import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { sqlType } from '../../scalars/sql-type.ts';
import { oneOf } from '../../scalars/one-of.ts';
import { always, countKeys } from '../exactly-one.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

const column = mapping({
  name: required(sqlName, 'Name of the column.'),
  type: required(sqlType, 'Its PostgreSQL type.'),
  notNull: optional(z.boolean({ error: 'expected true or false' }), 'Refuses NULL.', false),
  default: optional(sqlExpression, 'SQL expression for rows that leave the column out.'),
  identity: optional(
    oneOf('always', 'by default'),
    'Numbers the rows by a sequence of its own; with `always` no insert may give the number.',
  ),
}).refine((value) => countKeys(value, ['default', 'identity']) < 2, {
  ...always,
  path: ['default'],
  error: 'a column with `identity` is numbered; leave `default` out',
});

export const createTable = mapping({
  table: required(sqlName, 'Name of the new table.'),
  columns: required(
    z.array(column).min(1, { error: 'expected at least one column' }),
    'Its columns, in order.',
  ),
  primaryKey: required(
    z.array(sqlName).min(1, { error: 'expected at least one column' }),
    'Columns that tell its rows apart.',
  ),
});
