import { buildIndex, dropIndex } from './build-index.ts';
import { exclusively } from './change.ts';
import type { Change, ChangeStatement } from './change.ts';
import { qualified, quoteExisting } from './identifier.ts';
import type { Enforce } from './operation.ts';
import type { RulePlace } from './rule.ts';

/** A unique or primary key on its way. */
export interface WantedKey {
  /** Until contract; ours alone. */
  readonly interim: string;
  readonly name: string;
  readonly kind: 'UNIQUE' | 'PRIMARY KEY';
  /** What stands behind the table's name in the definition of its index. */
  readonly body: string;
}

/**
 * The steps of a key: an index that is built while everybody writes, and at contract the constraint
 * that takes it over without reading a row. From the build on duplicates are refused, so it comes
 * as late as `enforce` says.
 */
export function keySteps(
  place: RulePlace,
  wanted: WantedKey,
  enforce: Enforce,
): Required<Pick<Change, 'index' | 'seal' | 'rename' | 'retire'>> {
  const { interim, name, kind, body } = wanted;
  const build = buildIndex(place, { interim, name, unique: true, body });
  const where = qualified(place.migration.schema, place.table?.name ?? place.operation.table);
  const none: readonly ChangeStatement[] = [];
  return {
    index: enforce === 'expand' ? build : none,
    seal: enforce === 'expand' ? none : build,
    rename: exclusively(
      `ALTER TABLE ${where} ADD CONSTRAINT ${quoteExisting(name)} ${kind} USING INDEX ${quoteExisting(interim)}`,
    ),
    retire: dropIndex(place, interim),
  };
}
