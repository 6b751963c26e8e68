import type { ConstraintCatalog, IndexCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { Scene } from '../change.ts';
import type { ColumnPair } from '../column-pair.ts';
import { isTrash } from '../identifier.ts';
import { notNullSteps } from '../not-null-steps.ts';
import { replacedColumns } from '../operations/replacing.ts';
import type { Replacing } from '../operations/replacing.ts';
import { StandingColumns } from '../operations/standing-columns.ts';
import { carriedTraits } from './carried-column.ts';
import { carriedCheck, carriedForeignKey } from './carried-constraint.ts';
import { carriedIndex } from './carried-index.ts';
import { cannotCarry, interimOf, joined } from './carrying.ts';
import type { Carried, Carrying } from './carrying.ts';

/**
 * All that stands on a column, for the one that replaces it: after contract the table is what a plain
 * ALTER TABLE would have left, but for the order of its columns.
 * @throws CrossfadeError `unsupported` for what cannot come along, by name
 */
export function carriedOver(
  operation: Replacing,
  scene: Scene,
  pair: ColumnPair,
  notNull: boolean,
): Required<Carried> {
  if (pair.state === 'contracted') return joined([]);
  const { migration } = scene;
  const standing = new StandingColumns(operation, scene);
  const carrying = { scene, migration, operation, table: pair.table, pair, standing };
  refuseNamed(carrying);
  refuseParted(carrying);
  refuseLeaning(carrying);
  const { constraints, indexes } = pair.table;
  return joined([
    ...indexes
      .filter((one) => one.constraint === null && isOurs(carrying, one))
      .filter(({ name }) => !isGoing(carrying, name))
      .map((one) => carriedIndex(carrying, one, null)),
    ...constraints
      .filter((one) => isOurs(carrying, one))
      .map((one) => carriedConstraint(carrying, one)),
    notNull ? known(carrying) : {},
    { contract: carriedTraits(carrying) },
    statistics(carrying),
  ]);
}

/** Of several replaced columns the first one carries it; with a column that goes, it goes. */
function isOurs(
  { migration, operation, standing }: Carrying,
  { name, columns }: { readonly name: string; readonly columns: readonly string[] },
): boolean {
  if (isTrash(name) || columns.some((one) => !standing.knows(one))) return false;
  const first = replacedColumns(migration, operation.table).find((one) => columns.includes(one));
  return first === operation.column;
}

const isGoing = ({ migration, operation }: Carrying, name: string): boolean =>
  migration.operations.some(
    (one) => one.operation === 'dropIndex' && one.table === operation.table && one.index === name,
  );

function carriedConstraint(carrying: Carrying, constraint: ConstraintCatalog): Carried {
  const { kind, name, references, definition } = constraint;
  if (kind === 'check') return carriedCheck(carrying, constraint);
  if (references !== null) return carriedForeignKey(carrying, constraint, references);
  const index = carrying.table.indexes.find((one) => one.constraint === name);
  if (kind === 'exclusion' || index === undefined || /WITHOUT OVERLAPS/.test(definition)) {
    throw cannotCarry(carrying, name, 'PostgreSQL cannot build its like beside writers');
  }
  return carriedIndex(carrying, index satisfies IndexCatalog, constraint);
}

function known(carrying: Carrying): Carried {
  const { pair } = carrying;
  const columns = [{ standing: pair.column, name: pair.name }];
  const name = `NOT NULL of ${pair.table.name}.${pair.name}`;
  const interim = interimOf(carrying, pair.name, 'known');
  return notNullSteps(carrying, { interim, name, columns }, 'contract');
}

/** By then the new columns have the names that the definitions mention. */
function statistics(carrying: Carrying): Carried {
  const all = carrying.table.statistics.filter((one) => isOurs(carrying, one));
  return {
    contract: exclusively(
      ...all.flatMap(({ name, definition }) => [`DROP STATISTICS ${name}`, definition]),
    ),
  };
}

function refuseNamed(carrying: Carrying): void {
  const [named] = carrying.pair.fed.traits.named;
  if (named === undefined) return;
  throw cannotCarry(carrying, named, 'it names the column, and means the old one by it');
}

/** Of a partitioned table: what would stay behind unseen, or cannot be built beside writers. */
function refuseParted(carrying: Carrying): void {
  const { table, operation, migration } = carrying;
  if (table.partitionedBy === null) return;
  const leaning = table.leaning.find(({ leadsTo }) => leadsTo.includes(operation.column));
  if (leaning !== undefined) {
    throw cannotCarry(
      carrying,
      `the foreign key ${leaning.schema}.${leaning.table}.${leaning.name}, which leads to it,`,
      'a key of a partitioned table cannot change hands while another table leans on it',
    );
  }
  for (const part of table.partitions) {
    const own = [...part.indexes, ...part.constraints].find(
      (one) => one.of === null && one.columns.includes(operation.column),
    );
    if (own === undefined) continue;
    throw cannotCarry(carrying, own.name, `partition ${part.name} alone has it`);
  }
  const renamed = migration.operations.flatMap((one) =>
    one.operation === 'renameColumn' && one.table === operation.table ? [one.column] : [],
  );
  const built = table.constraints.filter(({ kind }) => kind !== 'check');
  const both = built.find(
    (one) => isOurs(carrying, one) && one.columns.some((column) => renamed.includes(column)),
  );
  if (both === undefined) return;
  throw cannotCarry(carrying, both.name, 'the same migration renames a column of it');
}

/** A foreign key that leads here needs its own column to change as well. */
function refuseLeaning(carrying: Carrying): void {
  const { table, operation, migration } = carrying;
  const left = table.leaning.find(
    (one) =>
      one.leadsTo.includes(operation.column) &&
      !(one.schema === migration.schema && follows(carrying, one)),
  );
  if (left === undefined) return;
  const { schema, name, columns } = left;
  const what = `the foreign key ${schema}.${left.table}.${name}, which leads to it,`;
  const follower = columns[left.leadsTo.indexOf(operation.column)] ?? '';
  const own = `${left.table}(${columns.join(', ')}) would have to change as well`;
  // What follows has to stand in the schema of the migration.
  const how =
    schema === migration.schema
      ? `, which takes \`references: { follow: [{ table: ${left.table}, column: ${follower} }] }\``
      : ', and lies in another schema';
  throw cannotCarry(carrying, what, `${own}${how}`);
}

function follows(
  { migration, operation }: Carrying,
  one: Carrying['table']['leaning'][number],
): boolean {
  const replaced = replacedColumns(migration, one.table);
  const at = one.leadsTo.indexOf(operation.column);
  return replaced.includes(one.columns[at] ?? '');
}
