import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';
import { identifier } from '../../scalars/identifier.ts';
import { text } from '../../scalars/name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { oneOf } from '../../scalars/one-of.ts';
import { exactlyOne } from '../exactly-one.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

const part = mapping({
  column: optional(sqlName, 'Column of the row.'),
  expression: optional(sqlExpression, 'SQL expression over the row.'),
  opclass: optional(text, "Operator class, such as `text_pattern_ops`. Left out: the type's own."),
  order: optional(oneOf('asc', 'desc'), 'Which values come first.', 'asc'),
  nulls: optional(oneOf('first', 'last'), 'Where NULL stands. Left out: as the order has it.'),
}).refine(...exactlyOne(['column', 'expression'], 'write either `column` or `expression`'));

export const createIndex = mapping({
  table: required(sqlName, 'Table that gets the index.'),
  name: required(sqlName, 'Name of the index.'),
  columns: required(
    z.array(z.union([sqlName, part])).min(1, { error: 'expected at least one column' }),
    'Columns and expressions, in order.',
  ),
  using: optional(identifier, 'Access method, such as `gin`.', 'btree'),
  include: optional(z.array(sqlName), 'Columns that it carries along.', []),
  where: optional(sqlExpression, 'Condition of the rows that it holds.'),
});
