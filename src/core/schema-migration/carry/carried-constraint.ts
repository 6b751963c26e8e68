import { constraintSteps } from '../build-constraint.ts';
import { partedPlace } from '../build-index.ts';
import type { ConstraintCatalog, ReferencesCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { Relation } from '../change.ts';
import { foreignKeySteps } from '../foreign-key.ts';
import { qualified, quoteExisting, quoteLiteral } from '../identifier.ts';
import { orphanedRows } from '../orphaned-rows.ts';
import { StandingColumns } from '../operations/standing-columns.ts';
import { rowRule } from '../rule.ts';
import { cannotCarry, interimOf } from './carrying.ts';
import type { Carried, Carrying } from './carrying.ts';
import { translated } from './translated.ts';

/** A check over the old column as one over the new: looked for by verify, sealed before contract. */
export function carriedCheck(carrying: Carrying, constraint: ConstraintCatalog): Carried {
  const { name, validated, condition } = constraint;
  const place = `check ${name}`;
  const definition = translated(carrying, bare(constraint), place);
  const broken = `(${translated(carrying, condition ?? 'true', place)}) IS FALSE`;
  const interim = interimOf(carrying, name);
  const wanted = { interim, name, definition, lock: 'AccessExclusive', proven: validated } as const;
  const steps = constraintSteps({ ...carrying }, wanted, 'contract');
  return {
    ...steps,
    rename: [...steps.rename, ...remark(carrying, constraint)],
    rules: validated ? [rowRule(carrying, name, broken)] : [],
  };
}

/** A foreign key out of the old column as one out of the new. Where both ends change, both follow. */
export function carriedForeignKey(
  carrying: Carrying,
  constraint: ConstraintCatalog,
  references: ReferencesCatalog,
): Carried {
  const { migration, table, standing } = carrying;
  const { name, validated } = constraint;
  if (/\bPERIOD\b/.test(constraint.definition)) {
    throw cannotCarry(carrying, name, 'it is about periods of time');
  }
  if (partedPlace(carrying) !== null && !validated)
    throw cannotCarry(carrying, name, 'it is not valid');
  const columns = constraint.columns.map((one) => standing.of(one));
  const parent: Relation = { schema: references.schema, name: references.table };
  const keys = standingKeys(carrying, references);
  const listed = (names: readonly string[]): string => names.map(quoteExisting).join(', ');
  const tail = translated(carrying, references.tail.replace(/ NOT VALID$/, ''), name);
  const other = `${quoteExisting(parent.schema)}.${quoteExisting(parent.name)}`;
  const definition = `FOREIGN KEY (${listed(columns)}) REFERENCES ${other} (${listed(keys)})${tail}`;
  const wanted = {
    interim: interimOf(carrying, name),
    name,
    definition,
    lock: 'ShareRowExclusive',
    also: [parent],
    proven: validated,
  } as const;
  const steps = foreignKeySteps(carrying, wanted, 'contract');
  const drop = `ALTER TABLE ${qualified(migration.schema, table.name)} DROP CONSTRAINT IF EXISTS ${quoteExisting(name)}`;
  return {
    ...steps,
    untie: exclusively(drop).map((one) => ({ ...one, also: [parent] })),
    rename: [...steps.rename, ...remark(carrying, constraint)],
    rules: validated ? [rowRule(carrying, name, orphanedRows(columns, parent, keys))] : [],
  };
}

/** Where the values of the other table stand, if this migration replaces them too. */
function standingKeys(
  { scene, migration, operation }: Carrying,
  { schema, table, columns }: ReferencesCatalog,
): readonly string[] {
  const parent = schema === migration.schema ? scene.find(table) : null;
  if (parent === null) return columns;
  const standing = new StandingColumns({ ...operation, table }, { ...scene, table: parent });
  return columns.map((one) => standing.of(one));
}

function remark({ migration, table }: Carrying, { name, comment }: ConstraintCatalog) {
  if (comment === null) return [];
  const where = `${quoteExisting(name)} ON ${qualified(migration.schema, table.name)}`;
  return exclusively(`COMMENT ON CONSTRAINT ${where} IS ${quoteLiteral(comment)}`);
}

const bare = ({ definition }: ConstraintCatalog): string => definition.replace(/ NOT VALID$/, '');
