import { existingName } from '../../scalars/existing-name.ts';
import { sqlExpression } from '../../scalars/sql-expression.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const setDefault = mapping({
  table: required(existingName, 'Table that the column belongs to.'),
  column: required(existingName, 'Column that inserts may leave out.'),
  default: required(sqlExpression.nullable(), 'SQL expression; `null` takes the default away.'),
});
