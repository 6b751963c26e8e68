import type { Catalog, TableCatalog } from '../catalog.ts';
import type { Relation } from '../change.ts';
import { qualified, quoteExisting, quoteLiteral, shortId } from '../identifier.ts';
import { leadTo } from '../lead-to.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { percentOf } from '../table-files.ts';

/** A table of which a rehearsal has a copy. */
export interface CopiedTable extends Relation {
  /** Null for one that the migration only leads to: its rows are wanted, nothing else of it. */
  readonly facts: TableCatalog | null;
}

/** Rows of one copied table that need their counterparts in another. */
export interface CopiedLink {
  readonly child: Relation;
  /** Empty where the columns are still to be made. */
  readonly columns: readonly string[];
  readonly parent: Relation;
  readonly leadsTo: readonly string[];
}

/** What a rehearsal copies. */
export interface Copies {
  readonly tables: readonly CopiedTable[];
  readonly links: readonly CopiedLink[];
}

/** The touched tables, and those that their foreign keys, old and new, lead to. */
export function copiesFor(migration: SchemaMigration, catalog: Catalog): Copies {
  const tables: CopiedTable[] = catalog.tables.map((facts) => ({
    schema: migration.schema,
    name: facts.name,
    facts,
  }));
  const links = catalog.tables.flatMap((one) => oldLinks(migration, one));
  links.push(...newLinks(migration, catalog), ...mergedLinks(migration, catalog));
  for (const { parent } of links) {
    if (!tables.some((one) => isSame(one, parent))) tables.push({ ...parent, facts: null });
  }
  return { tables, links };
}

function oldLinks({ schema }: SchemaMigration, table: TableCatalog): readonly CopiedLink[] {
  return table.constraints.flatMap(({ references, columns }) => {
    if (references === null) return [];
    const parent = { schema: references.schema, name: references.table };
    return [{ child: { schema, name: table.name }, columns, parent, leadsTo: references.columns }];
  });
}

/** What a column that is new will lead to is not known yet: its link names no columns. */
function newLinks(migration: SchemaMigration, catalog: Catalog): readonly CopiedLink[] {
  return migration.operations.flatMap((one) => {
    if (one.operation !== 'addForeignKey') return [];
    const { isOurs, ...parent } = leadTo(one, migration);
    const table = catalog.tables.find(({ name }) => name === one.table);
    const isThere = one.columns.every((name) => table?.columns.some((has) => has.name === name));
    if (!isThere && isOurs) return [];
    const child = { schema: migration.schema, name: one.table };
    const columns = isThere ? one.columns : [];
    return [{ child, columns, parent, leadsTo: one.references.columns }];
  });
}

/** Rows of a table that goes need those that they become a part of. */
function mergedLinks(
  { schema, operations }: SchemaMigration,
  catalog: Catalog,
): readonly CopiedLink[] {
  return operations.flatMap((one) => {
    if (one.operation !== 'mergeTables') return [];
    const leadsTo = catalog.tables.find(({ name }) => name === one.table)?.key ?? [];
    const columns = leadsTo.map((name) => one.key[name] ?? name);
    return [
      { child: { schema, name: one.from }, columns, parent: { schema, name: one.table }, leadsTo },
    ];
  });
}

export const isSame = (one: Relation, other: Relation): boolean =>
  one.schema === other.schema && one.name === other.name;

/** What holds the drawn rows of a table, in the session alone. */
export function drawnName({ schema, name }: Relation): string {
  return `pg_temp.crossfade_drawn_${shortId(`${schema}.${name}`)}`;
}

const inheritedParts = 'INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY';
const storedParts = 'INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING COMMENTS';

/** An empty table with the columns of another, and nothing that could refuse a row but NOT NULL. */
export function emptyCopy(as: string, of: string): string {
  const [, temporary] = /^pg_temp\.(.*)$/.exec(as) ?? [];
  const made = temporary === undefined ? `TABLE ${as}` : `TEMP TABLE ${temporary}`;
  return `CREATE ${made} (LIKE ${of} ${inheritedParts} ${storedParts})`;
}

/** `$1` table's name with its schema, as text: `{ columns }`, those with values of their own. */
export const OWN_COLUMNS = `SELECT array_agg(a.attname::text ORDER BY a.attnum) AS columns FROM pg_attribute a
  WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`;

const list = (columns: readonly string[], of = ''): string =>
  columns.map((name) => `${of}${quoteExisting(name)}`).join(', ');

/** Whole pages by a fixed seed: a second rehearsal sees the same rows. At most `rows` of them. */
export function drawRows(table: CopiedTable, columns: readonly string[], rows: number): string {
  const real = qualified(table.schema, table.name);
  // Some pages hold fewer rows than others.
  const part = percentOf(`${quoteLiteral(real)}::regclass`, `1.2 * ${rows}`);
  return (
    `INSERT INTO ${drawnName(table)} (${list(columns)}) OVERRIDING SYSTEM VALUE SELECT ${list(columns)} ` +
    `FROM ${real} TABLESAMPLE SYSTEM (${part}) REPEATABLE (1) LIMIT ${rows}`
  );
}

/** The first `rows` rows of one table into another. */
export function takeRows(
  into: string,
  from: string,
  columns: readonly string[],
  rows: number,
): string {
  return `INSERT INTO ${into} (${list(columns)}) OVERRIDING SYSTEM VALUE SELECT ${list(columns)} FROM ${from} LIMIT ${rows}`;
}

/** Rows that the children lead to and that are missing: `{ added }`. */
export function takeParents(
  { columns, leadsTo }: Pick<CopiedLink, 'columns' | 'leadsTo'>,
  into: { readonly child: string; readonly parent: string; readonly from: string },
  all: readonly string[],
): string {
  const same = leadsTo.map((name) => `h.${quoteExisting(name)} = p.${quoteExisting(name)}`);
  return (
    `WITH added AS (INSERT INTO ${into.parent} (${list(all)}) OVERRIDING SYSTEM VALUE ` +
    `SELECT ${list(all, 'p.')} FROM ${into.from} p WHERE (${list(leadsTo, 'p.')}) IN ` +
    `(SELECT ${list(columns, 'c.')} FROM ${into.child} c) AND NOT EXISTS (SELECT FROM ${into.parent} h ` +
    `WHERE ${same.join(' AND ')}) RETURNING 1) SELECT count(*)::int AS added FROM added`
  );
}

/** What a copy has besides its rows; foreign keys come last, when every parent can be led to. */
export function copyParts(
  scratch: string,
  { tables, links }: Copies,
): { readonly own: readonly string[]; readonly foreign: readonly string[] } {
  const at = (name: string): string => `${quoteExisting(scratch)}.${quoteExisting(name)}`;
  const own = tables.flatMap((table) =>
    table.facts === null ? uniques(at, table, links) : parts(scratch, table.facts),
  );
  const foreign = tables.flatMap(({ facts }) =>
    (facts?.constraints ?? []).flatMap(({ name, columns, references }) => {
      if (facts === null || references === null) return [];
      const to = `${at(references.table)} (${list(references.columns)})${references.tail}`;
      return [
        `ALTER TABLE ${at(facts.name)} ADD CONSTRAINT ${quoteExisting(name)} FOREIGN KEY (${list(columns)}) REFERENCES ${to}`,
      ];
    }),
  );
  return { own, foreign };
}

function parts(scratch: string, { name: table, ...facts }: TableCatalog): readonly string[] {
  const at = `${quoteExisting(scratch)}.${quoteExisting(table)}`;
  const sequences = facts.columns.flatMap(({ name, traits: { sequence, identity } }) => {
    if (sequence === null || identity !== null) return [];
    const own = `${quoteExisting(scratch)}.${quoteExisting(sequence.name)}`;
    return [
      `CREATE SEQUENCE ${own} AS ${sequence.type} OWNED BY ${at}.${quoteExisting(name)}`,
      `ALTER TABLE ${at} ALTER ${quoteExisting(name)} SET DEFAULT nextval(${quoteLiteral(own)}::regclass)`,
    ];
  });
  const constraints = facts.constraints
    .filter(({ kind }) => kind !== 'foreign')
    .map(
      ({ name, definition }) =>
        `ALTER TABLE ${at} ADD CONSTRAINT ${quoteExisting(name)} ${definition}`,
    );
  const indexes = facts.indexes
    .filter(({ constraint, valid }) => constraint === null && valid)
    .map(({ name, unique, body }) => {
      return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoteExisting(name)} ON ${at} ${body}`;
    });
  return [...sequences, ...constraints, ...indexes];
}

/** A foreign key needs a unique key to lead to. */
function uniques(
  at: (name: string) => string,
  table: Relation,
  links: readonly CopiedLink[],
): readonly string[] {
  const keys = links
    .filter(({ parent }) => isSame(parent, table))
    .map(({ leadsTo }) => list(leadsTo));
  return [...new Set(keys)].map((key) => `ALTER TABLE ${at(table.name)} ADD UNIQUE (${key})`);
}
