import { CrossfadeError } from '../../errors.ts';
import type { TableCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import { interimName } from '../column-pair.ts';
import { placed } from '../concurrent-index.ts';
import { shortId } from '../identifier.ts';
import type { Enforce } from '../operation.ts';
import type { KeySteps, WantedKey } from '../wanted-key.ts';
import { buildParted, dropParted } from './parted-index.ts';
import type { PartedPlace } from './parted-index.ts';
import { partedKey } from './parted-key.ts';

/**
 * The steps of a key that a partitioned table is to have: leaf by leaf an index, which contract makes
 * into constraints and ties together. One that refuses duplicates earlier stands on the whole until then.
 * @throws CrossfadeError `unsupported` for a key that PostgreSQL cannot keep across partitions
 */
export function partedKeySteps(parted: PartedPlace, wanted: WantedKey, enforce: Enforce): KeySteps {
  refuseSpread(parted.table, wanted);
  const { interim, name, body } = wanted;
  const index = { interim, name, unique: true, body };
  const { build, take, retire } = partedKey(parted, wanted, index);
  if (enforce !== 'expand') return { index: [], seal: build, rename: take, retire };
  // A constraint takes over no index of a partitioned table, so there are two until contract.
  const early = interimName(shortId(`${interim}/early`), name);
  return {
    index: buildParted(parted, { ...index, interim: early }),
    seal: build,
    rename: [...exclusively(`DROP INDEX ${placed(parted.schema, early)}`), ...take],
    retire: [...retire, ...dropParted(parted, early)],
  };
}

/** Each partition refuses its own duplicates alone, so equal keys must meet in one of them. */
function refuseSpread(table: TableCatalog, { name, columns }: WantedKey): void {
  const places = table.partitionedBy ?? [];
  const missing = places.filter((one) => !columns.includes(one));
  const why = table.placedByExpression
    ? `an expression over ${places.join(', ')} places its rows. Partition it by columns alone first.`
    : `${missing.join(', ')} decides where a row stands. Add it to the columns of ${name}.`;
  if (missing.length === 0 && !table.placedByExpression) return;
  throw new CrossfadeError(
    'unsupported',
    `${name}: ${table.name} is partitioned, and PostgreSQL keeps a key in each partition by itself; ${why}`,
  );
}
