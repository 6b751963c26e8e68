import type { SequenceCatalog } from '../catalog.ts';
import { exclusively } from '../change.ts';
import type { ChangeStatement } from '../change.ts';
import { renamedIn } from '../expression.ts';
import { qualified, quoteExisting, quoteLiteral } from '../identifier.ts';
import { keptSequence } from '../put-aside.ts';
import { roleOf } from '../version-views.ts';
import type { ColumnPair } from '../column-pair.ts';
import type { Carrying } from './carrying.ts';

/** What the old column was besides its values, once the new one has its name and takes no NULL. */
export function carriedTraits(carrying: Carrying): readonly ChangeStatement[] {
  const { pair, migration, table } = carrying;
  const { traits, comment } = pair.fed;
  const where = qualified(migration.schema, table.name);
  const name = quoteExisting(pair.name);
  const alter = (what: string): string => `ALTER TABLE ${where} ALTER COLUMN ${name} ${what}`;
  const isSame = pair.type === pair.fed.type;
  return exclusively(
    ...startOf(carrying).map((value) => alter(`SET DEFAULT ${value}`)),
    ...sequenceOf(carrying, where, alter),
    ...(traits.statistics === null ? [] : [alter(`SET STATISTICS ${traits.statistics}`)]),
    ...(traits.options.length === 0 ? [] : [alter(`SET (${traits.options.join(', ')})`)]),
    ...(isSame && traits.storage !== null ? [alter(`SET STORAGE ${traits.storage}`)] : []),
    ...(isSame && traits.compression !== null
      ? [alter(`SET COMPRESSION ${traits.compression}`)]
      : []),
    `COMMENT ON COLUMN ${where}.${name} IS ${comment === null ? 'NULL' : quoteLiteral(comment)}`,
  );
}

/**
 * Its default, converted as its values are. A column that takes NULL no more gets what `up` makes of
 * NULL, so that a write which leaves it out goes on as it has since expand.
 */
function startOf({ pair, operation }: Carrying): readonly string[] {
  const place = `default of ${pair.table.name}.${pair.name}`;
  const start = pair.fed.default;
  if (start === null && operation.operation !== 'setNotNull') return [];
  if (start !== null && (isBare(pair.up, pair.name) || isWidened(pair, start))) return [start];
  const readsOthers = pair.reads.some((one) => one !== pair.fed);
  if (start === null && readsOthers) return [];
  const value = start ?? `CAST(NULL AS ${pair.fed.type})`;
  return [`CAST((${renamedIn(pair.up, pair.name, `(${value})`, place)}) AS ${pair.type})`];
}

const isBare = (up: string, name: string): boolean =>
  up.trim() === quoteExisting(name) || up.trim() === name;

/** A number that both types hold needs no conversion to be written down with it. */
function isWidened({ up, name, type, fed }: ColumnPair, start: string): boolean {
  const casts = [name, quoteExisting(name)].flatMap((one) => [
    `${one}::${type}`,
    `CAST(${one} AS ${type})`,
  ]);
  const from = WIDTHS[fed.type];
  const isWider = from !== undefined && (WIDTHS[type] ?? 0n) >= from;
  return isWider && /^-?\d+$/.test(start) && casts.includes(up.trim());
}

function sequenceOf(
  { pair }: Carrying,
  table: string,
  alter: (what: string) => string,
): readonly string[] {
  const { sequence, identity } = pair.fed.traits;
  if (sequence === null) return [];
  const name = `${quoteExisting(sequence.schema)}.${quoteExisting(sequence.name)}`;
  const isWhole = /^(smallint|integer|bigint)$/.test(pair.type);
  if (identity === null) {
    return [
      ...(isWhole && pair.type !== sequence.type ? [`ALTER SEQUENCE ${name} AS ${pair.type}`] : []),
      `ALTER SEQUENCE ${name} OWNED BY ${table}.${quoteExisting(pair.name)}`,
    ];
  }
  const [last, called] = [1, 2].map(
    (at) => `split_part(current_setting('${keptSequence(pair.id)}'), ',', ${at})`,
  );
  return [
    alter(`ADD GENERATED ${identity} AS IDENTITY (${options(sequence, name)})`),
    `SELECT setval(${quoteLiteral(name)}, ${last ?? ''}::bigint, ${called ?? ''}::boolean)`,
    ...(sequence.comment === null
      ? []
      : [`COMMENT ON SEQUENCE ${name} IS ${quoteLiteral(sequence.comment)}`]),
    ...sequence.grants.map(
      (grant) => `GRANT ${grant.privilege} ON SEQUENCE ${name} TO ${roleOf(grant)}`,
    ),
  ];
}

const WIDTHS: Readonly<Record<string, bigint>> = { smallint: 15n, integer: 31n, bigint: 63n };

/** Bounds that come with the old type are left to the new one. */
function options(sequence: SequenceCatalog, name: string): string {
  const largest = 2n ** (WIDTHS[sequence.type] ?? 63n) - 1n;
  const rises = !sequence.increment.startsWith('-');
  const [min, max] = rises ? ['1', String(largest)] : [String(-largest - 1n), '-1'];
  return [
    `SEQUENCE NAME ${name}`,
    `START WITH ${sequence.start}`,
    `INCREMENT BY ${sequence.increment}`,
    ...(sequence.min === min ? [] : [`MINVALUE ${sequence.min}`]),
    ...(sequence.max === max ? [] : [`MAXVALUE ${sequence.max}`]),
    `CACHE ${sequence.cache}`,
    ...(sequence.cycle ? ['CYCLE'] : []),
  ].join(' ');
}
