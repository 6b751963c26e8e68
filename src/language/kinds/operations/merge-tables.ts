import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { sqlType } from '../../scalars/sql-type.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

const column = mapping({
  column: required(sqlName, 'Column of the table that goes.'),
  to: optional(sqlName, 'What the other table calls it. Left out: the same.'),
  type: optional(sqlType, 'PostgreSQL type there. Left out: the same.'),
  up: optional(
    sqlExpression,
    'SQL expression over the old columns. Left out: the value, or a cast.',
  ),
  down: optional(
    sqlExpression,
    'SQL expression in which `to` is the new value. Left out: as for `up`.',
  ),
});

export const mergeTables = mapping({
  table: required(sqlName, 'Table that gets the columns.'),
  from: required(sqlName, 'Table that goes; it has the same key.'),
  key: optional(
    z.record(sqlName, sqlName),
    "What the table that goes calls the key's columns: `{ id: user_id }`. Left out: the same.",
  ),
  columns: required(
    z.array(z.union([sqlName, column])).min(1, { error: 'expected at least one column' }),
    'Columns that move: by name, or with the way their values convert.',
  ),
});
