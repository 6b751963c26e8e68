import { qualified, quoteExisting, quoteLiteral } from '../identifier.ts';
import type { AddForeignKey, AddPrimaryKey, AddUnique, Operation } from '../operation.ts';
import { leadTo } from '../lead-to.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { breakingCheck, leftUnknown, orphans, takenForNull } from './broken-rows.ts';
import { leftBehind } from './left-behind.ts';
import type { OperationCheck, Place, StandingNow } from './operation-check.ts';

type ChecksOf<One extends Operation> = (operation: One, place: Place) => readonly OperationCheck[];

/** What each operation asks; one that asks nothing is left out. */
const checks: {
  readonly [Name in Operation['operation']]?: ChecksOf<Extract<Operation, { operation: Name }>>;
} = {
  addCheck: breakingCheck,
  addForeignKey: leadsSomewhere,
  addPrimaryKey: (operation, place) => [
    ...unknownIn(operation, place),
    ...twiceIn(operation, place, false),
  ],
  addUnique: (operation, place) => twiceIn(operation, place, operation.nulls === 'equal'),
  dropNotNull: takenForNull,
  mergeTables: leftBehind,
  setNotNull: leftUnknown,
};

/** All questions of a migration, in the order of its operations. */
export function operationChecks(
  migration: SchemaMigration | null,
  standing: StandingNow,
): readonly OperationCheck[] {
  if (migration === null) return [];
  return migration.operations.flatMap((operation) => {
    const ask: ChecksOf<never> | undefined = checks[operation.operation];
    return ask?.(operation as never, { ...standing, migration }) ?? [];
  });
}

/** What is new, or becomes another value, is looked at by verify. */
const allStand = ({ table, columns }: AddUnique | AddPrimaryKey, { stands }: Place): boolean =>
  columns.every((column) => stands(table, column));

function twiceIn(
  operation: AddUnique | AddPrimaryKey,
  place: Place,
  nullsEqual: boolean,
): readonly OperationCheck[] {
  if (!allStand(operation, place)) return [];
  const where = { schema: place.migration.schema, table: operation.table };
  return [duplicatesOf(where, operation.columns.map(quoteExisting), nullsEqual)];
}

function unknownIn(operation: AddPrimaryKey, place: Place): readonly OperationCheck[] {
  if (!allStand(operation, place)) return [];
  const table = qualified(place.migration.schema, operation.table);
  const columns = operation.columns.map(quoteExisting);
  const unknown = columns.map((one) => `${one} IS NULL`).join(' OR ');
  return [
    {
      sql: `SELECT count(*)::float8 AS found, '[]'::jsonb AS examples FROM ${table} WHERE ${unknown}`,
      finding: (found) => ({
        code: 'nulls',
        severity: 'blocks',
        table,
        message: `NULL stands in ${found === 1 ? '1 row' : `${found} rows`} of ${table}, in (${columns.join(', ')}), which is to become the primary key.`,
        remedy: `Find them: SELECT * FROM ${table} WHERE ${unknown};`,
      }),
    },
  ];
}

/** The other table needs a key over the columns; one that the migration makes has it later. */
function leadsSomewhere(operation: AddForeignKey, place: Place): readonly OperationCheck[] {
  const { table, references } = operation;
  const { migration } = place;
  const { columns } = references;
  const { schema, name, isOurs } = leadTo({ references }, migration);
  const next = orphans(operation, place);
  if (isOurs && name !== table) return next;
  const other = qualified(schema, name);
  const wanted = columns.toSorted().map(quoteLiteral).join(', ');
  const listed = columns.map(quoteExisting).join(', ');
  return [
    {
      sql:
        `SELECT (NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = to_regclass(${quoteLiteral(other)}) ` +
        `AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL ` +
        `AND ARRAY[${wanted}] = ARRAY(SELECT a.attname::text COLLATE "C" FROM pg_attribute a WHERE a.attrelid = i.indrelid ` +
        `AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1]) ORDER BY 1)))::int AS found, ` +
        `CASE WHEN to_regclass(${quoteLiteral(other)}) IS NULL THEN '["none"]' ELSE '[]' END::jsonb AS examples`,
      next,
      finding: (_, [missing]) => ({
        code: 'references',
        severity: 'blocks',
        table: qualified(migration.schema, table),
        message:
          `A foreign key of ${table} is to lead to (${listed}) of ${other}, which ` +
          (missing === undefined ? 'has no unique key over these columns.' : 'is not there.'),
        remedy:
          missing === undefined
            ? `Give it one first: addUnique or addPrimaryKey in a migration of its own.`
            : `Name a table of the target, with its schema where that is another one.`,
      }),
    },
  ];
}

/** How many values of a group are shown, each by its beginning and its length. */
const EXAMPLES = 3;

/**
 * Rows that would not be unique: for operations that add a unique constraint, index or key.
 * @param expressions over columns of the table, as they would stand in the index; a group in which
 * one of them is NULL counts as unique, unless `nullsEqual`
 */
export function duplicatesOf(
  place: { readonly schema: string; readonly table: string },
  expressions: readonly string[],
  nullsEqual = false,
): OperationCheck {
  const table = qualified(place.schema, place.table);
  const known = expressions.map((one) => `(${one}) IS NOT NULL`).join(' AND ');
  const where = nullsEqual ? '' : ` WHERE ${known}`;
  const over = expressions.map((one) => `(${one})`).join(', ');
  const columns = expressions.join(', ');
  const shown = expressions.map((one) => redacted(`(${one})::text`)).join(`, ', ', `);
  return {
    sql:
      `SELECT count(*)::float8 AS found, coalesce(jsonb_agg(shown) FILTER (WHERE place <= ${EXAMPLES}), '[]') AS examples ` +
      `FROM (SELECT concat(${shown}, ' ', count(*), ' times') AS shown, row_number() OVER () AS place ` +
      `FROM ${table} AS ${quoteExisting(place.table)}${where} GROUP BY ${over} HAVING count(*) > 1) again`,
    finding: (found, examples) => ({
      code: 'duplicates',
      severity: 'blocks',
      table,
      message:
        `${found === 1 ? '1 value occurs' : `${found} values occur`} more than once in (${columns}) of ${table}, ` +
        `which is to become unique: ${examples.join('; ')}${found > examples.length ? '; …' : ''}.`,
      remedy: `Find them: SELECT ${columns}, count(*) FROM ${table} GROUP BY ${over} HAVING count(*) > 1;`,
    }),
  };
}

/** Its first character and its length: enough to know it again, too little to give it away. */
const redacted = (text: string): string =>
  `CASE WHEN ${text} IS NULL THEN 'NULL' ELSE concat(left(${text}, 1), '… (', length(${text}), ' characters)') END`;
