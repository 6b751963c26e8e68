import { sqlName } from '../../scalars/sql-name.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';
import { columnList } from './column-list.ts';
import { enforce } from './enforce.ts';

export const addPrimaryKey = mapping({
  table: required(sqlName, 'Table without a primary key.'),
  name: optional(sqlName, 'Name of the constraint. Left out: the table with `_pkey`.'),
  columns: required(columnList, 'Columns that tell the rows apart.'),
  enforce,
});
