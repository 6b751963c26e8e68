import type { ColumnPair } from './column-pair.ts';
import { qualified, quoteExisting, quoteIdentifier, quoteLiteral } from './identifier.ts';
import { ledBy } from './link-pairs.ts';
import { createPairFunction, pairFunctionName } from './pair-function.ts';
import { downOf, upOf } from './sync-trigger.ts';
import { percentOf } from './table-files.ts';

/** A value that no row need hold, tried all the same. */
export interface MadeUpValue {
  /** Null is SQL's NULL. */
  readonly value: string | null;
  /** What a person calls it. */
  readonly name: string;
  /** True for what applications write as a matter of course: it must come back. */
  readonly usual: boolean;
}

/** A place where `up` and `down` do not lead back. */
export interface RoundTripFault {
  /** The row's key, or null for a value that no row holds. */
  readonly key: readonly string[] | null;
  /** The old value; null is SQL's NULL. */
  readonly value: string | null;
  /** `error`: `up` refuses the value. `loss`: `up` takes it, and `down` does not give it back. */
  readonly kind: 'error' | 'loss';
  /** What `down` gives instead; null is SQL's NULL, or that `down` fails. */
  readonly back: string | null;
  readonly message: string;
}

/** What one try came to: of many rows, or of one made-up value. */
export interface RoundTripTried {
  readonly tried: number;
  readonly errors: number;
  readonly losses: number;
  /** Some of what went wrong, losses first. */
  readonly faults: readonly RoundTripFault[];
}

/**
 * Statements for one transaction that is rolled back. `compile` reads no row and fails when `up` or
 * `down` means nothing to the server, `prepare` makes a function; the others yield one row, a
 * `RoundTripTried`.
 */
export interface RoundTripSql {
  readonly compile: string;
  readonly prepare: string;
  /** A sample of about `$1` rows of the table, the same one each time. */
  readonly rows: string;
  /** One made-up value, `$1`, a text or null. Fails when the fed column's type refuses it. */
  readonly value: string;
  readonly values: readonly MadeUpValue[];
}

/** Faults that are listed one by one; the others are counted. */
const LISTED = 3;
/** Rows that lend a made-up value their other columns. */
const LENDERS = 20;

/** Builds the check that `down(up(x)) = x`, to be made before anything is changed. */
export function roundTripSql(pair: ColumnPair): RoundTripSql {
  const keys = pair.key.map((one) => `s.${quoteExisting(one.name)}::text`).join(', ');
  return {
    compile: compileCheck(pair),
    prepare: createPairFunction(pair),
    rows: triedSql(pair, `ARRAY[${keys}]`, sampleOf(pair, '$1')),
    value: triedSql(pair, 'NULL::text[]', madeUpRows(pair)),
    values: madeUpValues(pair),
  };
}

/** Reads no row; fails at once when `up` or `down` means nothing to the server. */
export function compileCheck(pair: ColumnPair): string {
  const added = [...missing(pair), pair].map(
    (one) => `CAST(NULL AS ${one.type}) AS ${quoteIdentifier(one.column)}`,
  );
  return `SELECT ${upOf(pair)}, ${downOf(pair)} FROM (SELECT *, ${added.join(', ')} FROM ${tableOf(pair)}) one WHERE false`;
}

const tableOf = (pair: ColumnPair): string => qualified(pair.migration.schema, pair.table.name);

/** New columns, not there yet, that must have their values before this one; the first ones first. */
const missing = (pair: ColumnPair): readonly ColumnPair[] =>
  ledBy(pair).filter(({ state }) => state === 'absent');

/** Rows of the table, with the columns that it lacks as backfill would fill them. */
function filledRows(pair: ColumnPair, rows: string): string {
  return missing(pair).reduce((source, one) => {
    const values = one.uses.map(({ name }) => `r.${quoteExisting(name)}`);
    const call = `${pairFunctionName(one)}(${[...values, `CAST(NULL AS ${one.type})`].join(', ')})`;
    return `(SELECT r.*, f._crossfade_value AS ${quoteIdentifier(one.column)} FROM ${source} r, LATERAL ${call} f)`;
  }, `(SELECT * FROM ${rows})`);
}

/** Whole pages drawn by a fixed seed: a second look sees the same rows, however many there are. */
function sampleOf(pair: ColumnPair, rows: string): string {
  const table = tableOf(pair);
  const percent = percentOf(`${quoteLiteral(table)}::regclass`, `${rows}::int`);
  // An outdated estimate may promise too few rows; then the first ones must do.
  const drawn = `${table} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1) LIMIT 2 * ${rows}::int`;
  return `SELECT * FROM ${filledRows(pair, drawn)} sampled`;
}

/** The value in place of the fed column, beside what real rows hold in the columns it is read with. */
function madeUpRows(pair: ColumnPair): string {
  const made = `CAST($1::text AS ${pair.fed.type}) AS ${quoteExisting(pair.fed.name)}`;
  const lent = pair.uses
    .filter((one) => one !== pair.fed)
    .map((one) => `l.${quoteExisting(one.name)}`);
  const lenders = lent.length === 0 ? '' : ` FROM (${sampleOf(pair, String(LENDERS))}) l`;
  // What a check of the table refuses can never stand there.
  const allowed = pair.checks.map((condition) => `coalesce((${condition}), true)`);
  const where = allowed.length === 0 ? '' : ` WHERE ${allowed.join(' AND ')}`;
  return `SELECT * FROM (SELECT ${[...lent, made].join(', ')}${lenders}) m${where}`;
}

/** Judges the rows of `source`; a loss is what `up` took and `down` does not give back. */
function triedSql(pair: ColumnPair, key: string, source: string): string {
  const uses = pair.uses.map((one) => `s.${quoteExisting(one.name)}`);
  const call = (added: string): string =>
    `${pairFunctionName(pair)}(${[...uses, added].join(', ')})`;
  const kind = `CASE WHEN f._crossfade_fault IS NULL THEN NULL WHEN f._crossfade_direction = 'up' THEN 'error' ELSE 'loss' END`;
  const back = `CASE WHEN f._crossfade_fault = 'loss' AND f._crossfade_state IS NULL THEN CAST(${downOf(pair)} AS text) END`;
  return (
    `WITH tried AS MATERIALIZED (SELECT ${key} AS key, s.${quoteExisting(pair.fed.name)}::text AS value, ` +
    `${kind} AS kind, b.back, f._crossfade_message AS message FROM (${source}) s, ` +
    `LATERAL ${call(`CAST(NULL AS ${pair.type})`)} c, LATERAL ${call('c._crossfade_value')} f, ` +
    `LATERAL (SELECT ${back} AS back FROM (SELECT ${uses.join(', ')}, c._crossfade_value AS ${quoteIdentifier(pair.column)}) r) b) ` +
    `SELECT count(*)::int AS tried, (count(*) FILTER (WHERE kind = 'error'))::int AS errors, ` +
    `(count(*) FILTER (WHERE kind = 'loss'))::int AS losses, coalesce((SELECT jsonb_agg(t) FROM (` +
    `SELECT * FROM tried WHERE kind IS NOT NULL ORDER BY kind DESC, key LIMIT ${LISTED}) t), '[]') AS faults FROM tried`
  );
}

/** Texts that have broken many a conversion. What the fed column's type refuses is left out by trying. */
const ODD_VALUES: readonly string[] = [
  ' ',
  'malformed',
  '0',
  '-1',
  '1.5',
  '9223372036854775807',
  '1e400',
  'infinity',
  'true',
  'null',
  '{}',
  '0001-01-01',
  '2000-02-29',
  '9999-12-31',
  '0044-03-15 BC',
];

function madeUpValues(pair: ColumnPair): readonly MadeUpValue[] {
  const { type, notNull } = pair.fed;
  const constant = constantOf(pair.fed.default);
  const usual = [
    ...(notNull ? [] : [{ value: null, name: 'NULL' }]),
    { value: '', name: 'the empty text' },
    ...(type === 'jsonb' ? [{ value: '{}', name: 'the empty object' }] : []),
    ...(type.endsWith('[]') ? [{ value: '{}', name: 'the empty array' }] : []),
    ...(constant === null ? [] : [{ value: constant, name: `the default '${constant}'` }]),
  ];
  return [
    ...usual.map((one) => ({ ...one, usual: true })),
    ...ODD_VALUES.filter((value) => usual.every((one) => one.value !== value)).map((value) => ({
      value,
      name: `'${value}'`,
      usual: false,
    })),
  ];
}

/** The text of a default that is a constant; null for none and for one that has to be computed. */
export function constantOf(expression: string | null): string | null {
  if (expression === null) return null;
  const quoted = /^'((?:[^']|'')*)'::[\w ."(),]+$/.exec(expression)?.[1];
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  return /^-?\d+(\.\d+)?$|^(true|false)$/.test(expression) ? expression : null;
}
