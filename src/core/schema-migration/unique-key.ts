import { buildIndex, dropIndex, partedPlace } from './build-index.ts';
import type { ChangeStatement } from './change.ts';
import { constraintUsingIndex } from './constraint-using-index.ts';
import type { Enforce } from './operation.ts';
import { partedKeySteps } from './parted/parted-key-steps.ts';
import type { RulePlace } from './rule.ts';
import type { KeySteps, WantedKey } from './wanted-key.ts';

/**
 * The steps of a key: an index that is built while everybody writes, and at contract the constraint
 * that takes it over without reading a row. From the build on duplicates are refused, so it comes
 * as late as `enforce` says.
 */
export function keySteps(place: RulePlace, wanted: WantedKey, enforce: Enforce): KeySteps {
  const parted = partedPlace(place);
  if (parted !== null) return partedKeySteps(parted, wanted, enforce);
  const { interim, name, body } = wanted;
  const build = buildIndex(place, { interim, name, unique: true, body });
  const where = {
    schema: place.migration.schema,
    name: place.table?.name ?? place.operation.table,
  };
  const none: readonly ChangeStatement[] = [];
  return {
    index: enforce === 'expand' ? build : none,
    seal: enforce === 'expand' ? none : build,
    rename: [constraintUsingIndex(where, wanted, name, interim)],
    retire: dropIndex(place, interim),
  };
}
