import type { Objection, Rule } from '../rule.ts';
import { addedColumn, type ColumnDefinition, commandsOf, tableOf } from '../statement.ts';
import { type Fields, nodeIn, textIn, within } from '../syntax-tree.ts';

type Judge = (column: ColumnDefinition) => string | null;

/** A rule on each column that is added to a table which was there before. */
function onAddedColumn(rule: Omit<Rule, 'find'>, judge: Judge): Rule {
  return {
    ...rule,
    find: (statement, { fresh }) => {
      if (fresh.has(tableOf(statement))) return [];
      return commandsOf(statement).flatMap((command): readonly Objection[] => {
        const column = addedColumn(command);
        const message = column === null ? null : judge(column);
        return message === null ? [] : [{ message }];
      });
    },
  };
}

function constraint({ constraints }: ColumnDefinition, contype: string): Fields | undefined {
  return constraints.find((one) => textIn(one, 'contype') === contype);
}

const serials = /^(small|big)?serial[248]?$/;

/** Functions that give the same value for the whole statement: the server computes it once. */
const stable = new Set([
  'now',
  'transaction_timestamp',
  'statement_timestamp',
  'current_setting',
  'current_database',
  'current_schema',
  'session_user',
  'txid_current',
  'to_timestamp',
  'to_date',
  'make_date',
  'date_trunc',
  'lower',
  'upper',
  'length',
  'concat',
  'coalesce',
  'jsonb_build_object',
  'json_build_object',
  'jsonb_build_array',
]);

/** The first function that may give another value for each row; null when there is none. */
function volatileCall(defaultOf: Fields): string | null {
  const expression = nodeIn(defaultOf, 'raw_expr');
  if (expression === null) return null;
  for (const { kind, fields } of within(expression)) {
    if (kind !== 'FuncCall') continue;
    const parts = (fields['funcname'] ?? []) as readonly { String?: { sval?: string } }[];
    const name = parts.at(-1)?.String?.sval ?? '';
    if (!stable.has(name)) return name;
  }
  return null;
}

const addThenFill =
  'add the column without it, set the default for new rows, fill the old ones by a backfill (addColumn)';

export const addedColumnRules: readonly Rule[] = [
  onAddedColumn(
    {
      name: 'not-null-column',
      severity: 'error',
      safe: 'add it nullable, fill it, then setNotNull; or give it a constant default',
    },
    (column) => {
      const isFilled =
        constraint(column, 'CONSTR_DEFAULT') ??
        constraint(column, 'CONSTR_IDENTITY') ??
        constraint(column, 'CONSTR_GENERATED');
      if (constraint(column, 'CONSTR_NOTNULL') === undefined) return null;
      if (isFilled !== undefined || serials.test(column.type)) return null;
      return `${column.name} is NOT NULL without a default: it fails where there are rows, and so does every INSERT of the old version`;
    },
  ),
  onAddedColumn({ name: 'volatile-default', severity: 'error', safe: addThenFill }, (column) => {
    const value = constraint(column, 'CONSTR_DEFAULT');
    const call = value === undefined ? null : volatileCall(value);
    if (call === null) return null;
    return `${call}() may differ from row to row, so the table is rewritten while nobody may read it`;
  }),
  onAddedColumn(
    {
      name: 'serial-column',
      severity: 'error',
      safe: 'add a bigint column and a sequence owned by it, set its default, fill it by a backfill',
    },
    ({ name, type }) =>
      serials.test(type)
        ? `${name} ${type} numbers all rows: the table is rewritten while nobody may read it`
        : null,
  ),
  onAddedColumn(
    {
      name: 'identity-column',
      severity: 'error',
      safe: 'add a bigint column, fill it by a backfill, set it NOT NULL, then ADD GENERATED … AS IDENTITY',
    },
    (column) =>
      constraint(column, 'CONSTR_IDENTITY') === undefined
        ? null
        : `${column.name} numbers all rows: the table is rewritten while nobody may read it`,
  ),
  onAddedColumn(
    {
      name: 'generated-column',
      severity: 'error',
      safe: 'a column kept in step by a trigger (addColumn); from PostgreSQL 18 on VIRTUAL',
    },
    (column) => {
      const generated = constraint(column, 'CONSTR_GENERATED');
      if (generated === undefined || textIn(generated, 'generated_kind') === 'v') return null;
      return `${column.name} is computed and stored for all rows: the table is rewritten while nobody may read it`;
    },
  ),
  onAddedColumn(
    {
      name: 'references-in-column',
      severity: 'warning',
      safe: 'add the column, then addForeignKey: NOT VALID, and VALIDATE later',
    },
    (column) =>
      constraint(column, 'CONSTR_FOREIGN') === undefined
        ? null
        : `the foreign key of ${column.name} locks both tables against writers at once`,
  ),
  onAddedColumn(
    {
      name: 'unique-column',
      severity: 'error',
      safe: 'add the column, build the index CONCURRENTLY, then ADD CONSTRAINT … USING INDEX (addUnique)',
    },
    (column) => {
      const key = constraint(column, 'CONSTR_UNIQUE') ?? constraint(column, 'CONSTR_PRIMARY');
      if (key === undefined) return null;
      return `an index on ${column.name} is built while nobody may read the table`;
    },
  ),
  onAddedColumn({ name: 'json-column', severity: 'warning', safe: 'jsonb' }, ({ name, type }) =>
    type === 'json'
      ? `${name} json has no equality: SELECT DISTINCT, GROUP BY and UNION over the table begin to fail`
      : null,
  ),
];
