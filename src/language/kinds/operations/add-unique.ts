import { z } from 'zod';

import { sqlName } from '../../scalars/sql-name.ts';
import { oneOf } from '../../scalars/one-of.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';
import { columnList } from './column-list.ts';
import { enforce } from './enforce.ts';

export const addUnique = mapping({
  table: required(sqlName, 'Table in which the values occur once.'),
  name: required(sqlName, 'Name of the constraint, and of its index.'),
  columns: required(columnList, 'Columns that together occur once.'),
  include: optional(z.array(sqlName), 'Columns that its index carries along.', []),
  nulls: optional(
    oneOf('distinct', 'equal'),
    'Whether two NULLs are two values, or one too many.',
    'distinct',
  ),
  enforce,
});
