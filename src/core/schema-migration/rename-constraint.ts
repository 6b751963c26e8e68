import type { TableCatalog } from './catalog.ts';
import { giving } from './change.ts';
import type { ChangeStatement, Relation } from './change.ts';
import { placed } from './concurrent-index.ts';
import { cutTo, isTrash, LONGEST_NAME, quoteExisting } from './identifier.ts';

/**
 * Gives a constraint its name. A foreign key to a partitioned table is there once more for each of its parts, under
 * names that PostgreSQL makes up of ours or of the column's: errors show them, and one may be the name that is wanted.
 * @param table as it is when the constraint still has the name `from`; null where that is not known
 */
export function renameConstraint(
  on: Relation,
  table: TableCatalog | null,
  from: string,
  to: string,
): readonly ChangeStatement[] {
  const alter = `ALTER TABLE ${placed(on.schema, on.name)} RENAME CONSTRAINT`;
  const rename = (one: string, other: string): ChangeStatement =>
    giving(
      { kind: 'constraint', on, name: other },
      `${alter} ${quoteExisting(one)} TO ${quoteExisting(other)}`,
    );
  const held = table?.constraints ?? [];
  const taken = new Set(held.flatMap(({ name, forParts = [] }) => [name, ...forParts]));
  const added = held.find(({ name }) => name === from)?.forParts ?? [];
  const parts = added
    .filter((name) => name === to || isTrash(name))
    .map((name) => {
      const free = freeOf(to, taken);
      taken.add(free);
      return rename(name, free);
    });
  return [...parts, rename(from, to)];
}

/** As PostgreSQL would number it. */
function freeOf(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const end = `_${number}`;
    const free = `${cutTo(LONGEST_NAME - end.length, name)}${end}`;
    if (!taken.has(free)) return free;
  }
}
