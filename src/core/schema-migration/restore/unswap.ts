import { quoteExisting, quoteIdentifier, quoteLiteral } from '../identifier.ts';
import { onEachPart } from '../parted/truncated-part.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { columnsIn, matchTables, placeOf } from './matched.ts';
import type { Matched } from './matched.ts';
import type { Standing } from './standing.ts';

/**
 * The first transaction of a restore: everything has the name that it had before contract, and what
 * either version writes from here on is carried over by the sync. The new version goes on as it was.
 * The old one is told to wait: what was written since contract has not been carried back yet.
 */
export function unswap(migration: SchemaMigration, was: Standing, is: Standing): readonly string[] {
  const tables = matchTables(was, is);
  return [
    ...lockAll(was, tables),
    ...tables.flatMap(takeHome),
    ...tables.flatMap(nameColumns),
    ...tables.flatMap(describe),
    ...tables.flatMap(({ was: then, is: now }) =>
      then.grants.filter((grant) => !now.grants.includes(grant)),
    ),
    ...was.functions.flatMap(({ name, isCalled, definition }) => [
      definition,
      ...(isCalled ? [`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`] : []),
    ]),
    ...tables.flatMap(heardAgain),
    ...was.lent.flatMap(lendAgain),
    ...was.done.map(
      (id) =>
        `INSERT INTO crossfade.done (operation, migration) VALUES (${quoteLiteral(id)}, ${quoteLiteral(migration.name)}) ON CONFLICT DO NOTHING`,
    ),
    ...was.views.flatMap((view) => keepWaiting(migration, view)),
    'DELETE FROM crossfade.trash t USING crossfade.standing s ' +
      `WHERE s.migration = ${quoteLiteral(migration.name)} AND t.migration = s.migration AND t.at >= s.at`,
  ];
}

/** Views before tables, the order in which every query locks them. */
export function lockAll(was: Standing, tables: readonly Matched[]): readonly string[] {
  const relations = [...was.views.map(placeOf), ...tables.map(({ is }) => placeOf(is))];
  return relations.map((one) => `LOCK TABLE ${one} IN ACCESS EXCLUSIVE MODE`);
}

/** Out of the trash, and under its own name. */
function takeHome({ was, is }: Matched): readonly string[] {
  const moved =
    was.schema === is.schema
      ? []
      : [`ALTER TABLE ${placeOf(is)} SET SCHEMA ${quoteExisting(was.schema)}`];
  if (was.name === is.name) return moved;
  const from = placeOf({ schema: was.schema, name: is.name });
  return [...moved, `ALTER TABLE ${from} RENAME TO ${quoteExisting(was.name)}`];
}

/** By way of a name of their own: two columns may have changed names with each other. */
function nameColumns(table: Matched): readonly string[] {
  const renamed = columnsIn(table).filter(({ was, is }) => was.name !== is.name);
  const rename = (from: string, to: string): string =>
    `ALTER TABLE ${placeOf(table.was)} RENAME COLUMN ${quoteExisting(from)} TO ${quoteExisting(to)}`;
  const between = (number: number): string => `_crossfade_back_${number}`;
  return [
    ...renamed.map(({ was, is }) => rename(is.name, between(was.number))),
    ...renamed.map(({ was }) => rename(between(was.number), was.name)),
  ];
}

/** Marks that tell whose a column is, and the defaults that old rows get. */
function describe(table: Matched): readonly string[] {
  const where = placeOf(table.was);
  return columnsIn(table).flatMap(({ was, is }) => {
    const name = quoteExisting(was.name);
    const comment = was.comment === null ? 'NULL' : quoteLiteral(was.comment);
    return [
      ...(was.comment === is.comment ? [] : [`COMMENT ON COLUMN ${where}.${name} IS ${comment}`]),
      ...(was.default === null || is.default !== null
        ? []
        : [`ALTER TABLE ${where} ALTER COLUMN ${name} SET DEFAULT ${was.default}`]),
    ];
  });
}

/** The sync's triggers; that of TRUNCATE on each partition as well. */
function heardAgain({ was }: Matched): readonly string[] {
  return was.triggers.flatMap((definition) => {
    const trigger = definition.replace(/^CREATE TRIGGER/, 'CREATE OR REPLACE TRIGGER');
    const [, before, after] =
      /^(CREATE OR REPLACE TRIGGER \S+ AFTER TRUNCATE ON ).*?( FOR EACH STATEMENT .*)$/s.exec(
        trigger,
      ) ?? [];
    if (!was.partitioned || before === undefined || after === undefined) return [trigger];
    return [trigger, onEachPart(before, placeOf(was), after)];
  });
}

function lendAgain({ operation, revoke }: Standing['lent'][number]): readonly string[] {
  const words = [operation, revoke].map(quoteLiteral).join(', ');
  return [
    revoke.replace(/^REVOKE (.*) FROM (\S+|".*")$/, 'GRANT $1 TO $2'),
    `INSERT INTO crossfade.lent (operation, revoke) VALUES (${words})`,
  ];
}

/** As a stub does, so that whoever uses it is told; to a plan it looks like the view that it was. */
function keepWaiting(
  migration: SchemaMigration,
  { schema, name, definition }: Standing['views'][number],
): readonly string[] {
  const view = `${quoteIdentifier(schema)}.${quoteExisting(name)}`;
  const told = [migration.name, `${schema}.${name}`].map(quoteLiteral).join(', ');
  return [
    `CREATE OR REPLACE VIEW ${view} AS SELECT * FROM (${definition}) _old WHERE crossfade.returning(${told}) OFFSET 0`,
    `DROP TRIGGER IF EXISTS crossfade_gone ON ${view}`,
    `CREATE OR REPLACE TRIGGER crossfade_returning INSTEAD OF INSERT OR UPDATE OR DELETE ON ${view} ` +
      `FOR EACH ROW EXECUTE FUNCTION crossfade.refuse_returning(${told})`,
  ];
}
