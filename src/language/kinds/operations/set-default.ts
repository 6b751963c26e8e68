import { sqlName } from '../../scalars/sql-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const setDefault = mapping({
  table: required(sqlName, 'Table that the column belongs to.'),
  column: required(sqlName, 'Column that inserts may leave out.'),
  default: required(sqlExpression.nullable(), 'SQL expression; `null` takes the default away.'),
});
