import { constraintSteps } from '../build-constraint.ts';
import type { TableCatalog } from '../catalog.ts';
import type { Change } from '../change.ts';
import { interimName } from '../column-pair.ts';
import { cutTo, quoteExisting } from '../identifier.ts';
import { tableAt } from './table-pair.ts';
import type { TablePair } from './table-pair.ts';

/** What holds from contract on: a narrow row needs its wide one, and goes with it. */
export function homeKey(
  pair: Pick<TablePair, 'id' | 'migration' | 'wide' | 'narrow' | 'key'>,
  narrow: TableCatalog,
): Pick<Change, 'seal' | 'rename'> {
  const { migration } = pair;
  const names = (place: 'wide' | 'narrow') =>
    pair.key.map((part) => quoteExisting(part[place])).join(', ');
  const stem = cutTo(58, [pair.narrow, ...pair.key.map((part) => part.narrow)].join('_'));
  const name = `${stem}_fkey`;
  const wanted = {
    interim: interimName(pair.id, name),
    name,
    definition:
      `FOREIGN KEY (${names('narrow')}) REFERENCES ${tableAt(pair, 'wide')} (${names('wide')}) ` +
      'ON DELETE CASCADE',
    lock: 'ShareRowExclusive',
    also: [{ schema: migration.schema, name: pair.wide }],
  } as const;
  const place = { migration, table: narrow, operation: { table: pair.narrow } };
  const { seal, rename } = constraintSteps(place, wanted, 'contract');
  return { seal: seal ?? [], rename: rename ?? [] };
}
