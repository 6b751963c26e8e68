import { sqlName } from '../../scalars/sql-name.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const renameTable = mapping({
  table: required(sqlName, 'What the old version calls it.'),
  to: required(sqlName, 'What the new version calls it.'),
});
