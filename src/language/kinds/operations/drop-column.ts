import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const dropColumn = mapping({
  table: required(sqlName, 'Table that loses the column.'),
  column: required(sqlName, 'Column that the new version does not know.'),
  down: optional(sqlExpression, 'Its value in rows that the new version inserts.'),
});
