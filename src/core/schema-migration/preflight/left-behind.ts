import { renamedIn } from '../expression.ts';
import { qualified, quoteExisting, quoteLiteral } from '../identifier.ts';
import type { MergeTables } from '../moving-operations.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import type { Finding } from './finding.ts';
import type { OperationCheck } from './operation-check.ts';

/** Something that stands on columns that move, as the catalog tells of it. */
interface Held {
  readonly name: string;
  readonly kind:
    | 'check'
    | 'unique'
    | 'foreignKey'
    | 'exclusion'
    | 'index'
    | 'definition'
    | 'notNull'
    | 'default';
  readonly columns: readonly string[];
  /** Condition of a check, expression of a default, or what `CREATE INDEX` would say. */
  readonly text: string | null;
  /** Where a foreign key leads. */
  readonly leadsTo: { readonly table: string; readonly columns: readonly string[] } | null;
}

/**
 * What stands on columns that a merge moves goes to the trash with the table that they leave: named one by
 * one, each with the operation that gives the other table the same.
 */
export function leftBehind(
  operation: MergeTables,
  { migration }: { readonly migration: SchemaMigration },
): readonly OperationCheck[] {
  const narrow = qualified(migration.schema, operation.from);
  return [
    {
      sql: heldSql(narrow, operation),
      finding: (_, examples) => findingOf(operation, narrow, examples.map(parsed)),
    },
  ];
}

const parsed = (text: string): Held => JSON.parse(text) as Held;

function findingOf(operation: MergeTables, narrow: string, held: readonly Held[]): Finding {
  const { table, from } = operation;
  const names = held.map(({ name }) => name);
  return {
    code: 'leftBehind',
    severity: 'warns',
    table: narrow,
    message: `${names.join(', ')} of ${from} ${names.length === 1 ? 'stands' : 'stand'} on columns that move to ${table}, and would not go along.`,
    remedy: `Add what ${table} needs of it: ${held.map((one) => insteadOf(operation, one)).join('; ')}.`,
  };
}

/** What to write so that the table that stays has the same. */
function insteadOf(operation: MergeTables, held: Held): string {
  const { table, from } = operation;
  const { name, columns, text, leadsTo } = held;
  const moved = columns.map((column) => nameIn(operation, column));
  const list = moved.join(', ');
  const stem = [table, ...moved].join('_');
  const written: Readonly<Record<Held['kind'], () => string>> = {
    check: () =>
      `- addCheck: { table: ${table}, name: ${name}, check: ${JSON.stringify(inNewNames(operation, text ?? ''))} }`,
    unique: () => `- addUnique: { table: ${table}, name: ${stem}_key, columns: [${list}] }`,
    foreignKey: () =>
      `- addForeignKey: { table: ${table}, name: ${name}, columns: [${list}], references: { table: ${leadsTo?.table ?? from}, columns: [${leadsTo?.columns.join(', ') ?? list}] } }`,
    index: () => `- createIndex: { table: ${table}, name: ${stem}_idx, columns: [${list}] }`,
    definition: () => `an index of ${table} that says what \`${text ?? name}\` says`,
    notNull: () =>
      `- addCheck: { table: ${table}, name: ${stem}_not_null, check: ${JSON.stringify(`${list} IS NOT NULL`)} }, where each row has its partner in ${from}`,
    default: () =>
      `in the next migration - setDefault: { table: ${table}, column: ${list}, default: ${JSON.stringify(text)} }`,
    exclusion: () => `nothing for ${name}, which PostgreSQL cannot build beside writers`,
  };
  return written[held.kind]();
}

function nameIn({ columns, key }: MergeTables, column: string): string {
  const own = Object.entries(key).find(([, other]) => other === column)?.[0];
  return columns.find((one) => one.column === column)?.to ?? own ?? column;
}

function inNewNames(operation: MergeTables, sql: string): string {
  return operation.columns
    .filter(({ column, to }) => column !== to)
    .reduce((text, { column, to }) => {
      const place = `a check of ${operation.from}`;
      return renamedIn(text, column, quoteExisting(to), place, 'server');
    }, sql);
}

/** Yields `Held` as texts of JSON: each of them may be long, and nothing of it is a value of a row. */
function heldSql(narrow: string, { columns }: MergeTables): string {
  const oid = `to_regclass(${quoteLiteral(narrow)})`;
  const moving = columns.map(({ column }) => quoteLiteral(column)).join(', ');
  const numbers = `ARRAY(SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = ${oid} AND a.attname IN (${moving}))`;
  const names = (keys: string, relation: string): string =>
    `ARRAY(SELECT a.attname::text FROM unnest(${keys}) WITH ORDINALITY u(num, at) ` +
    `JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.num ORDER BY u.at)`;
  const none = 'NULL::text';
  return `SELECT count(*)::int AS found, coalesce(jsonb_agg(jsonb_build_object('name', name, 'kind', kind, 'columns', columns,
      'text', said, 'leadsTo', "leadsTo")::text ORDER BY name), '[]') AS examples FROM (
    SELECT quote_ident(k.conname) AS name,
      CASE k.contype WHEN 'c' THEN 'check' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreignKey' ELSE 'exclusion' END AS kind,
      ${names('k.conkey', 'k.conrelid')} AS columns,
      CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid) END AS said,
      CASE k.contype WHEN 'f' THEN jsonb_build_object('table', f.relname, 'columns', to_jsonb(${names('k.confkey', 'k.confrelid')})) END AS "leadsTo"
    FROM pg_constraint k LEFT JOIN pg_class f ON f.oid = k.confrelid
    WHERE k.conrelid = ${oid} AND k.conparentid = 0 AND k.contype IN ('c', 'u', 'f', 'x') AND k.conkey && ${numbers}
    UNION ALL SELECT quote_ident(x.relname), CASE WHEN i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR m.amname <> 'btree' THEN 'definition'
        WHEN i.indisunique THEN 'unique' ELSE 'index' END,
      ${names('i.indkey::int2[]', 'i.indrelid')},
      pg_get_indexdef(i.indexrelid), NULL
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
    WHERE i.indrelid = ${oid} AND NOT i.indisprimary AND i.indkey::int2[] && ${numbers}
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = i.indrelid)
    UNION ALL SELECT concat('NOT NULL of ', quote_ident(a.attname)), 'notNull', ARRAY[a.attname::text], ${none}, NULL
    FROM pg_attribute a WHERE a.attrelid = ${oid} AND a.attnum = ANY (${numbers}) AND a.attnotnull
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey))
    UNION ALL SELECT concat('the default of ', quote_ident(a.attname)), 'default', ARRAY[a.attname::text],
      pg_get_expr(d.adbin, d.adrelid), NULL
    FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE d.adrelid = ${oid} AND a.attnum = ANY (${numbers}) AND a.attgenerated = ''
  ) held(name, kind, columns, said, "leadsTo")`;
}
