import { textIn } from '../lint/syntax-tree.ts';
import { columnsOf } from './expression-shape.ts';
import type { TablePart } from './table-part.ts';
import { type Draft, NotConvertible } from './draft.ts';

/** Either what a new column or table takes the place of, or a column that simply goes. */
export function dropColumn({ table, command, place }: TablePart, draft: Draft): void {
  const { name } = command;
  if (textIn(command.fields, 'behavior') === 'DROP_CASCADE') {
    throw new NotConvertible(
      `CASCADE takes along what is not named here: drop it first, or leave CASCADE out of what drops ${name}`,
      place,
    );
  }
  if (draft.newTable(table) !== null) {
    throw new NotConvertible('leave the column out of CREATE TABLE: nobody has it yet', place);
  }
  const touched = draft.columns(table).find((one) => one.name === name);
  if (touched !== undefined) {
    throw new NotConvertible(`${table}.${name} is changed in this file, and dropped`, place);
  }
  const moved = draft
    .newTables()
    .find(
      ({ filled }) =>
        filled?.from === table &&
        filled.columns.some(({ value }) => columnsOf(value.node).includes(name)),
    );
  if (moved !== undefined) {
    moved.dropped.push(name);
    return;
  }
  const heirs = draft
    .columns(table)
    .filter(
      ({ isNew, fill }) => isNew && fill !== null && columnsOf(fill.value.node).includes(name),
    );
  const [heir, other] = heirs;
  if (heir === undefined || heir.replaces !== null) {
    drop({ table, name, place }, draft);
    return;
  }
  if (other === undefined) {
    heir.replaces = name;
    return;
  }
  const parts = heirs.map((one) => one.name).join(' and ');
  const message = `${name}: it is kept for the old version, and ${parts} are parts of it; drop it in a migration that follows`;
  heir.doubts.push({ place, message });
}

function drop(
  { table, name, place }: { readonly table: string; readonly name: string; readonly place: number },
  draft: Draft,
): void {
  const one = { operation: 'dropColumn', table, column: name } as const;
  const known = draft.known.column(table, name);
  if (known === null) {
    const doubt = `down: if ${name} is NOT NULL without a default, give its value in rows that the new version inserts`;
    draft.operation(place, one, doubt);
    return;
  }
  if (!known.notNull || known.default !== null) {
    draft.operation(place, one);
    return;
  }
  const down = zeroOf(known.type);
  const doubt = `down: the old version insists on ${name}; in rows that the new version inserts it reads ${down}`;
  draft.operation(place, { ...one, down }, doubt);
}

/** A value of a type that says nothing. */
export function zeroOf(type: string): string {
  const plain = type.toLowerCase();
  if (/^(small|big)?int|^int\d|^numeric|^decimal|^real|^double|^float/.test(plain)) return '0';
  if (plain.startsWith('bool')) return 'false';
  if (/^(timestamp|date)/.test(plain)) return "'epoch'";
  if (/^jsonb?$/.test(plain)) return "'{}'";
  if (plain.endsWith('[]')) return "'{}'";
  if (/^uuid$/.test(plain)) return "'00000000-0000-0000-0000-000000000000'";
  return "''";
}
