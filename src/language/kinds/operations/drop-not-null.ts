import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const dropNotNull = mapping({
  table: required(sqlName, 'Table that the column belongs to.'),
  column: required(sqlName, 'Column that the new version may leave NULL.'),
  down: required(
    sqlExpression,
    "What the old version reads then, such as `coalesce(phone, 'unknown')`.",
  ),
});
