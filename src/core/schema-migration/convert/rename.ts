import type { Statement } from '../lint/statement.ts';
import { fieldsIn, textIn } from '../lint/syntax-tree.ts';
import { type Draft, NotConvertible } from './draft.ts';

/** A new name for a table or a column; the other version keeps the one that it has. */
export function rename({ fields, place }: Statement, draft: Draft): void {
  const kind = textIn(fields, 'renameType');
  const to = textIn(fields, 'newname');
  const from = textIn(fields, 'subname');
  if (kind !== 'OBJECT_COLUMN' && kind !== 'OBJECT_TABLE') {
    throw new NotConvertible(
      'no operation gives a new name to anything but tables and columns; it takes a moment and breaks nobody: run it by hand',
    );
  }
  const table = draft.tableIn(fieldsIn(fields, 'relation'));
  if (draft.newTable(table) !== null) {
    throw new NotConvertible('give it that name in CREATE TABLE: nobody knows it yet');
  }
  if (kind === 'OBJECT_TABLE') {
    draft.operation(place, { operation: 'renameTable', table, to });
    return;
  }
  const made = draft.columns(table).find((one) => one.name === from && one.isNew);
  if (made === undefined) {
    draft.operation(place, { operation: 'renameColumn', table, column: from, to });
    return;
  }
  if (made.replaces !== to) {
    throw new NotConvertible(`give the new column the name ${to} when it is added`);
  }
  // A column that is filled, takes the old one's place and then its name: the old one in a new form.
  made.isNew = false;
  made.name = to;
  made.using = made.fill?.value ?? null;
  made.fill = null;
  made.replaces = null;
  made.default ??= null;
}
