import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const setNotNull = mapping({
  table: required(sqlName, 'Table that the column belongs to.'),
  column: required(sqlName, 'Column in which the new version never meets NULL.'),
  up: required(sqlExpression, "SQL expression that is never NULL, such as `coalesce(phone, '')`."),
});
