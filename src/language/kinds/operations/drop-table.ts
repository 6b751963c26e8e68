import { sqlName } from '../../scalars/sql-name.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const dropTable = mapping({
  table: required(sqlName, 'Table that the new version does not know.'),
});
