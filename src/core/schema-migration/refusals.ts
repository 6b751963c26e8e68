import { CrossfadeError } from '../errors.ts';
import type { Catalog, TableCatalog } from './catalog.ts';
import { stubOf } from './change.ts';
import type { ColumnPair } from './column-pair.ts';
import { mentionedNames } from './expression.ts';
import { quoteIdentifier } from './identifier.ts';
import { ownOfPart } from './parted/own-of-part.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** Each version and the tables live in a schema of their own. */
export function refuseNames(migration: SchemaMigration): void {
  for (const name of [migration.schema, migration.from, migration.to]) quoteIdentifier(name);
  if (new Set([migration.schema, migration.from, migration.to]).size < 3) {
    throw new CrossfadeError(
      'invalidInput',
      `Schema migration ${migration.name} needs three different schemas: the tables live in ` +
        `"${migration.schema}", the versions in from "${migration.from}" and to "${migration.to}".`,
    );
  }
}

/**
 * Another migration has taken away the version that this one comes from: nobody reads the table through it, so to begin
 * there would leave out what that one has changed.
 */
export function refuseGone(migration: SchemaMigration, table: TableCatalog): void {
  const stub = stubOf(migration, table);
  if (stub === undefined || stub.by === migration.name || migration.to in table.views) return;
  const { name, from } = migration;
  throw new CrossfadeError(
    'conflict',
    `${name} comes from ${from}, and ${stub.by} has taken ${from}.${table.name} away: ${table.name} is read through ` +
      `${stub.next} since. Write \`from: ${stub.next}\`.`,
  );
}

const TYPE =
  /^([a-z_]|"[^"$]+")([a-z0-9_ .]|\."[^"$]+")*(\(\s*\d+\s*(,\s*-?\d+\s*)?\))?[a-z ]*(\[\])*$/i;

/** The new column's type must exist, must not rewrite the table, and must know `=`. */
export function refuseType(place: string, wanted: string, catalog: Catalog): void {
  const type = catalog.types[wanted];
  if (!TYPE.test(wanted) || type === undefined || type.kind === 'missing') {
    throw new CrossfadeError(
      'invalidInput',
      `${place} has the type "${wanted}", which the target does not know.`,
    );
  }
  if (type.kind === 'domain') {
    throw new CrossfadeError(
      'unsupported',
      `${place} has a domain as its type; adding it would rewrite the table. Use the base type.`,
    );
  }
  if (!type.comparable) {
    throw new CrossfadeError(
      'unsupported',
      `${place} has the type ${wanted}, whose values cannot be compared. Use jsonb for json.`,
    );
  }
}

const TRIGGER_WORDS = /^(new|old|found|sqlstate|sqlerrm|tg_[a-z_]+|_crossfade_.*)$/;

/** What a trigger could not keep in step, or contract could not put aside. */
export function refusePair(pair: ColumnPair, readsItself: boolean): void {
  const place = `${pair.table.name}.${pair.name}`;
  const refuse = (why: string): never => {
    throw new CrossfadeError('unsupported', `${place}: ${why}`);
  };
  if (readsItself) refuse('up reads the new column itself; it may read old ones only.');
  for (const { name, generated } of [...pair.uses, { name: pair.name, generated: 'no' }]) {
    if (TRIGGER_WORDS.test(name))
      refuse(`a column called "${name}" clashes with trigger variables.`);
    if (generated === 'stored' || generated === 'virtual') {
      refuse(`"${name}" is generated, and a trigger does not see generated values.`);
    }
  }
  const fed = pair.fed.name;
  if (/^(pg_catalog\.)?(json|xml)$/.test(pair.fed.type)) {
    refuse(`"${fed}" is of type ${pair.fed.type}, whose values cannot be compared.`);
  }
  const computed = pair.table.columns.find(
    (one) => one.expression !== null && mentionedNames(one.expression, one.name).has(fed),
  );
  if (computed !== undefined) refuse(`the generated column "${computed.name}" reads "${fed}".`);
  const whys = pair.replaces ? unreplaceable(pair) : immovable(pair);
  for (const why of [...boundByParts(pair), ...whys]) refuse(why);
}

/** What has begun is taken to its end, whatever a partition has been given since. */
function boundByParts({ table, fed: { name }, partial, state }: ColumnPair): readonly string[] {
  const places = table.partitionedBy?.includes(name) === true;
  const own = partial || state !== 'absent' ? null : ownOfPart(table, name);
  return [
    ...(places
      ? [`"${name}" decides in which partition a row stands, which no trigger may change.`]
      : []),
    ...(own === null ? [] : [own]),
  ];
}

/** An identity goes over to the column that takes its place. */
function unreplaceable({ fed }: ColumnPair): readonly string[] {
  if (fed.generated === 'no' || fed.traits.identity !== null) return [];
  return [`"${fed.name}" is filled by the server and cannot be fed.`];
}

/** Of a column that leaves for one of another name, nothing else goes along. */
function immovable({ fed, key, table }: ColumnPair): readonly string[] {
  const { name } = fed;
  const leaning = table.indexes.find((one) => one.referenced && one.columns.includes(name));
  return [
    ...(fed.generated === 'no' ? [] : [`"${name}" is filled by the server and cannot be fed.`]),
    ...(key.includes(fed) ? [`"${name}" is part of the key and cannot be replaced.`] : []),
    ...(leaning === undefined
      ? []
      : [`a foreign key elsewhere leans on ${leaning.name} of "${name}".`]),
    ...identityOf(table, name),
  ];
}

/** An index by which logical replication knows rows: without it PostgreSQL refuses every update that is published. */
export function identityOf({ indexes }: TableCatalog, column: string): readonly string[] {
  const index = indexes.find(({ identity, columns }) => identity && columns.includes(column));
  if (index === undefined) return [];
  return [
    `logical replication knows rows by ${index.name}, which holds "${column}". Give the table another replica identity first.`,
  ];
}

/**
 * Two pairs feed one old column only where each keeps a part of its own in it: then `down` of each
 * leaves the other's part alone. What moves to another table is written there by no pair's trigger,
 * so nothing can stand on it.
 * @param moved pairs of columns that move to another table
 */
export function refuseClash(
  pair: ColumnPair,
  pairs: readonly ColumnPair[],
  moved: readonly ColumnPair[],
): void {
  for (const other of [...pairs, ...moved]) {
    if (other.table !== pair.table || other === pair) continue;
    const apart = moved.includes(other) || moved.includes(pair);
    const clash = clashOf(pair, other) ?? (apart ? readsOf(pair, other) : null);
    if (clash === null) continue;
    throw new CrossfadeError(
      'unsupported',
      `${pair.table.name}.${pair.name} ${clash}. Put such operations into migrations that follow each other.`,
    );
  }
}

function clashOf(pair: ColumnPair, other: ColumnPair): string | null {
  if (other.name === pair.name) return 'is added twice';
  if (other.fed === pair.fed && pair.partial && other.partial) return null;
  return other.fed === pair.fed ? `and ${other.name} both feed ${pair.fed.name}` : null;
}

function readsOf(pair: ColumnPair, other: ColumnPair): string | null {
  if (pair.uses.includes(other.fed)) return `reads ${other.fed.name}, which ${other.name} feeds`;
  const readsNew = pair.uses.some((column) => column.name === other.column);
  return readsNew ? `reads ${other.name}, which is new too` : null;
}

/** What leaves with all its rows must not be leant on by another table. */
export function refuseLeaning({ name, leaning }: TableCatalog, what: string): void {
  const one = leaning.find(({ own }) => !own);
  if (one === undefined) return;
  throw new CrossfadeError(
    'unsupported',
    `${name} cannot be ${what}: the foreign key ${one.schema}.${one.table}.${one.name} leans on it. Drop that first.`,
  );
}
