import { sqlName } from '../../scalars/sql-name.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const dropIndex = mapping({
  table: required(sqlName, 'Table that the index belongs to.'),
  index: required(sqlName, 'Name of the index.'),
});
