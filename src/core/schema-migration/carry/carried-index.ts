import { buildIndex, dropIndex, nameIndex } from '../build-index.ts';
import type { ConstraintCatalog, IndexCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { ChangeStatement } from '../change.ts';
import { losesOn } from '../sync-trigger.ts';
import { qualified, quoteExisting, quoteLiteral } from '../identifier.ts';
import { duplicateRule } from '../rule.ts';
import { cannotCarry, interimOf } from './carrying.ts';
import type { Carried, Carrying } from './carrying.ts';
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
  const interim = interimOf(carrying, name);
  const build = buildIndex(carrying, { interim, name, unique, body });
  const rename = [
    ...(constraint === null
      ? nameIndex(carrying, interim, name)
      : exclusively(asConstraint(carrying, constraint, interim))),
    ...marks(carrying, index, constraint),
  ];
  const retire = dropIndex(carrying, interim);
  if (!unique || !losesOn(carrying.pair, 'up')) return { index: build, rename, retire };
  const plain = interimOf(carrying, name, 'plain');
  const where = qualified(carrying.migration.schema, plain);
  return {
    index: buildIndex(carrying, { interim: plain, name, unique: false, body }),
    seal: build,
    rules: [duplicates(carrying, index)],
    rename: [...rename, ...exclusively(`DROP INDEX ${where}`)],
    retire: [...retire, ...dropIndex(carrying, plain)],
  };
}

function duplicates(carrying: Carrying, { name, keys, where, nullsEqual }: IndexCatalog) {
  const said = (sql: string): string => translated(carrying, sql, `index ${name}`);
  const held = where === null ? null : said(where);
  return duplicateRule(carrying, name, keys.map(said), { nullsEqual, where: held });
}

function asConstraint(
  { migration, table }: Carrying,
  { name, kind, definition }: ConstraintCatalog,
  interim: string,
): string {
  const deferral = /( NOT)? DEFERRABLE.*$/.exec(definition)?.[0] ?? '';
  const what = kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE';
  return (
    `ALTER TABLE ${qualified(migration.schema, table.name)} ADD CONSTRAINT ${quoteExisting(name)} ` +
    `${what} USING INDEX ${quoteExisting(interim)}${deferral}`
  );
}

/** What else is known of the old index, by its name. */
function marks(
  { migration, table }: Carrying,
  { name, clustered, identity, comment }: IndexCatalog,
  constraint: ConstraintCatalog | null,
): readonly ChangeStatement[] {
  const where = qualified(migration.schema, table.name);
  const said = constraint?.comment ?? null;
  return exclusively(
    ...(identity
      ? [`ALTER TABLE ${where} REPLICA IDENTITY USING INDEX ${quoteExisting(name)}`]
      : []),
    ...(clustered ? [`ALTER TABLE ${where} CLUSTER ON ${quoteExisting(name)}`] : []),
    ...(comment === null
      ? []
      : [`COMMENT ON INDEX ${qualified(migration.schema, name)} IS ${quoteLiteral(comment)}`]),
    ...(said === null
      ? []
      : [`COMMENT ON CONSTRAINT ${quoteExisting(name)} ON ${where} IS ${quoteLiteral(said)}`]),
  );
}
