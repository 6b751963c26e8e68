import { constraintSteps } from './build-constraint.ts';
import type { ConstraintSteps, WantedConstraint } from './build-constraint.ts';
import { partedPlace } from './build-index.ts';
import { tableState } from './change.ts';
import type { Enforce } from './operation.ts';
import { partedForeignKey } from './parted/parted-foreign-key.ts';
import type { RulePlace } from './rule.ts';

/** The steps of a foreign key: of a partitioned table leaf by leaf, and then of the whole. */
export function foreignKeySteps(
  place: RulePlace,
  wanted: WantedConstraint,
  enforce: Enforce,
): ConstraintSteps {
  const parted = partedPlace(place);
  if (parted === null) return constraintSteps(place, wanted, enforce);
  const { add, prove, rename, retire } = partedForeignKey(parted, wanted);
  if (enforce !== 'expand') return { seal: [...add, ...prove], rename, retire };
  const isOld = tableState(place.migration, parted.table) === 'old';
  // A leaf that comes after expand gets it when the others are proven.
  return { bind: isOld ? add : [], index: isOld ? prove : [...add, ...prove], rename, retire };
}
