import { buildIndex, dropIndex, nameIndex, partedPlace } from '../build-index.ts';
import type { ConstraintCatalog, IndexCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { ChangeStatement } from '../change.ts';
import { placed } from '../concurrent-index.ts';
import { losesOn } from '../sync-trigger.ts';
import { qualified, quoteExisting, quoteLiteral } from '../identifier.ts';
import { markIndex } from '../index-marks.ts';
import { sharesOf } from '../parted/partitions.ts';
import { duplicateRule } from '../rule.ts';
import { cannotCarry, interimOf } from './carrying.ts';
import type { Carried, Carrying } from './carrying.ts';
import { constraintUsingIndex } from '../constraint-using-index.ts';
import { partedKey } from '../parted/parted-key.ts';
import type { PartedKey } from '../parted/parted-key.ts';
import { translated } from './translated.ts';

/**
 * An index of the old column over the new one, built after the backfill, since the new version needs it
 * from its first request on. Where different old values may become one new value it refuses
 * duplicates only from the seal on, and a plain one stands in until then.
 */
export function carriedIndex(
  carrying: Carrying,
  index: IndexCatalog,
  constraint: ConstraintCatalog | null,
): Carried {
  const { name, unique } = index;
  if (!index.valid) throw cannotCarry(carrying, name, 'it is not valid');
  const body = translated(carrying, index.body, `index ${name}`);
  const { build, take, retire } = successor(carrying, index, constraint, body);
  const rename = [...take, ...marks(carrying, index, constraint)];
  const loses = unique && losesOn(carrying.pair, 'up');
  // Two that cannot be one: what the new version needs now, and what becomes the constraint.
  const twice = constraint !== null && carrying.table.partitionedBy !== null;
  if (!loses && !twice) return { index: build, rename, retire };
  const interim = interimOf(carrying, name, 'plain');
  const where = qualified(carrying.migration.schema, interim);
  return {
    index: buildIndex(carrying, { interim, name, unique: unique && !loses, body }),
    seal: build,
    rules: loses ? [duplicates(carrying, index)] : [],
    rename: [...exclusively(`DROP INDEX ${where}`), ...rename],
    retire: [...retire, ...dropIndex(carrying, interim)],
  };
}

/** What stands in the old index's place from contract on. */
function successor(
  carrying: Carrying,
  { name, unique }: IndexCatalog,
  constraint: ConstraintCatalog | null,
  body: string,
): PartedKey {
  const interim = interimOf(carrying, name);
  const wanted = { interim, name, unique, body };
  const parted = partedPlace(carrying);
  if (constraint !== null && parted !== null) return partedKey(parted, constraint, wanted);
  const whole = { schema: carrying.migration.schema, name: carrying.table.name };
  return {
    build: buildIndex(carrying, wanted),
    take:
      constraint === null
        ? nameIndex(carrying, interim, name)
        : [constraintUsingIndex(whole, constraint, constraint.name, interim)],
    retire: dropIndex(carrying, interim),
  };
}

function duplicates(carrying: Carrying, { name, keys, where, nullsEqual }: IndexCatalog) {
  const said = (sql: string): string => translated(carrying, sql, `index ${name}`);
  const held = where === null ? null : said(where);
  return duplicateRule(carrying, name, keys.map(said), { nullsEqual, where: held });
}

/** What else is known of the old index, by its name; of a partitioned table's, part by part as well. */
function marks(
  { migration, table }: Carrying,
  index: IndexCatalog,
  constraint: ConstraintCatalog | null,
): readonly ChangeStatement[] {
  const whole = { schema: migration.schema, name: table.name };
  const said = constraint?.comment ?? null;
  return exclusively(
    ...markIndex(whole, index),
    ...[...sharesOf(table, whole, 'indexes', index.name)].flatMap(([part, share]) =>
      markIndex(part, share),
    ),
    ...(said === null
      ? []
      : [
          `COMMENT ON CONSTRAINT ${quoteExisting(index.name)} ON ${placed(whole.schema, whole.name)} ` +
            `IS ${quoteLiteral(said)}`,
        ]),
  );
}
