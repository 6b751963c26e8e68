import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { sqlType } from '../../scalars/sql-type.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

const column = mapping({
  column: required(sqlName, 'Column that moves.'),
  to: optional(sqlName, 'What the new table calls it. Left out: the same.'),
  type: optional(sqlType, 'PostgreSQL type in the new table. Left out: the same.'),
  up: optional(
    sqlExpression,
    'SQL expression over the old columns. Left out: the value, or a cast.',
  ),
  down: optional(
    sqlExpression,
    'SQL expression in which `to` is the new value. Left out: as for `up`.',
  ),
  missing: optional(
    sqlExpression,
    'What the old column holds where the new table has no row. Left out: its default, or NULL.',
  ),
});

export const splitTable = mapping({
  table: required(sqlName, 'Table that loses the columns.'),
  into: required(sqlName, 'The new table that gets them.'),
  key: optional(
    z.record(sqlName, sqlName),
    "What the new table calls the key's columns: `{ id: user_id }`. Left out: the same.",
  ),
  columns: required(
    z.array(z.union([sqlName, column])).min(1, { error: 'expected at least one column' }),
    'Columns that move: by name, or with the way their values convert.',
  ),
  foreignKey: optional(
    z.boolean({ error: 'expected true or false' }),
    'From contract on, a row of the new table needs its row in the old one and goes with it.',
    false,
  ),
});
