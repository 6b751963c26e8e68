import type { Catalog } from './catalog.ts';
import type { GivenName } from './change.ts';
import { sharesOf } from './parted/partitions.ts';
import { plan } from './plan.ts';
import { pairsOf, resolveMigration } from './resolve-migration.ts';
import type { TableChange } from './resolve-migration.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** A name that contract is to give, and who has it. */
export interface TakenName extends GivenName {
  /** In words: `the view public.sales`. */
  readonly by: string;
}

/** What contract will give names to, but for names that it makes free itself before. */
export function givenNames(migration: SchemaMigration, catalog: Catalog): readonly GivenName[] {
  const freed = new Set(
    resolveMigration(migration, catalog).flatMap((one) => freedBy(migration, one)),
  );
  const given = plan(migration, catalog).filter(({ phase }) => phase === 'contract');
  return given.flatMap(({ gives }) =>
    gives === undefined || freed.has(gives.name) ? [] : [gives],
  );
}

/** Columns that are put aside, with all that goes with them, and indexes that are dropped. */
function freedBy(migration: SchemaMigration, change: TableChange): readonly string[] {
  const { table, changes, name: called } = change;
  if (table === null) return [];
  const aside = [
    ...pairsOf(change).flatMap((pair) => (pair.partial ? [] : [pair.fed.name])),
    ...changes.flatMap((one) => one.aside ?? []),
  ];
  const dropped = migration.operations.flatMap((one) =>
    one.operation === 'dropIndex' && one.table === called ? [one.index] : [],
  );
  const bound = [...table.indexes, ...table.constraints]
    .filter(
      ({ name, columns }) => dropped.includes(name) || columns.some((one) => aside.includes(one)),
    )
    .map(({ name }) => name);
  const whole = { schema: migration.schema, name: table.name };
  const shares = bound.flatMap((name) =>
    (['indexes', 'constraints'] as const).flatMap((things) =>
      [...sharesOf(table, whole, things, name).values()].map((share) => share.name),
    ),
  );
  return [...aside, ...bound, ...shares];
}

/** For people: who is in the way, and what can be done about it. */
export function takenWords(taken: readonly TakenName[]): string {
  const all = taken.map(
    ({ kind, on, name, by }) =>
      `contract cannot give the name ${name} to ${things[kind]} ${on.schema}.${on.name}: ${by} has it by now`,
  );
  return `${all.join('; ')}. Rename or drop what has it, and it goes on by itself`;
}

const things: Readonly<Record<GivenName['kind'], string>> = {
  table: 'the table',
  column: 'a column of',
  index: 'an index of',
  constraint: 'a constraint of',
  key: 'a key of',
};
