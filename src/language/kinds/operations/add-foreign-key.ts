import { sqlName } from '../../scalars/sql-name.ts';
import { oneOf } from '../../scalars/one-of.ts';
import { always, isMapping } from '../exactly-one.ts';
import { optional, required } from '../key.ts';
import { mapping } from '../mapping.ts';
import { columnList } from './column-list.ts';
import { enforce } from './enforce.ts';

const action = oneOf('no action', 'restrict', 'cascade', 'set null', 'set default');

const references = mapping({
  schema: optional(sqlName, "Schema of the other table. Left out: that of the migration's."),
  table: required(sqlName, 'The other table.'),
  columns: required(columnList, 'Its columns, in the same order, which are unique together.'),
});

export const addForeignKey = mapping({
  table: required(sqlName, 'Table whose rows lead to another one.'),
  name: required(sqlName, 'Name of the constraint.'),
  columns: required(columnList, 'Columns that hold the key of the other row.'),
  references: required(references, 'Where they lead.'),
  onDelete: optional(action, 'What happens to the row when the other one is deleted.', 'no action'),
  onUpdate: optional(action, 'What happens to it when the other key changes.', 'no action'),
  enforce,
}).refine((value) => asMany(value), {
  ...always,
  path: ['references', 'columns'],
  error: 'name as many columns as in `columns`',
});

/** Silent where either list is missing or no list: that has a fault of its own. */
function asMany(value: unknown): boolean {
  const there = isMapping(value) ? value['references'] : undefined;
  const lists = [value, there].map((one) => (isMapping(one) ? one['columns'] : undefined));
  const [own, other] = lists.map((one) => (Array.isArray(one) ? one.length : null));
  return own === null || other === null || own === other;
}
