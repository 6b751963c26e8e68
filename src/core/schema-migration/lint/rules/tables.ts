import type { Objection, Rule } from '../rule.ts';
import type { ScriptState } from '../script-state.ts';
import { droppedNames, relationName, type Statement, tableOf } from '../statement.ts';
import { fieldsIn, flagIn, nodesIn, textIn, within } from '../syntax-tree.ts';

const gone: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_SCHEMA: 'schema',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_VIEW: 'view',
};

function dropped(statement: Statement, { fresh }: ScriptState): readonly Objection[] {
  const { kind, fields } = statement;
  if (kind === 'DropdbStmt')
    return [{ message: `database ${textIn(fields, 'dbname')} is gone for good` }];
  const what = gone[textIn(fields, 'removeType')];
  if (kind !== 'DropStmt' || what === undefined) return [];
  const names = droppedNames(statement).filter((name) => !fresh.has(name));
  const all = textIn(fields, 'behavior') === 'DROP_CASCADE' ? ', and all that depends on it' : '';
  return names.map((name) => ({
    message: `${what} ${name} is gone for good${all}; tables that its foreign keys lead to are locked too`,
  }));
}

/** Objects whose name programs use. */
const named: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_COLUMN: 'column',
  OBJECT_SCHEMA: 'schema',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_TYPE: 'type',
  OBJECT_FUNCTION: 'function',
};

function renamed({ kind, fields }: Statement, { fresh }: ScriptState): readonly Objection[] {
  const breaks = (what: string, old: string): readonly Objection[] => [
    { message: `every statement that says ${what} ${old} fails from this moment on` },
  ];
  if (kind === 'AlterEnumStmt' && textIn(fields, 'oldVal') !== '') {
    return breaks('value', `'${textIn(fields, 'oldVal')}'`);
  }
  const what = named[textIn(fields, 'renameType')];
  const table = relationName(fieldsIn(fields, 'relation'));
  if (kind !== 'RenameStmt' || what === undefined || fresh.has(table)) return [];
  return breaks(what, textIn(fields, 'subname') || table);
}

export const tableRules: readonly Rule[] = [
  {
    name: 'drop-object',
    severity: 'error',
    safe: 'dropTable: put aside under another name, and dropped when nobody has asked for it',
    find: dropped,
  },
  {
    name: 'truncate',
    severity: 'error',
    safe: 'a DELETE in batches; rows are gone for good, and triggers for single rows do not see it',
    find: ({ kind, fields }, { fresh }) => {
      if (kind !== 'TruncateStmt') return [];
      const all =
        textIn(fields, 'behavior') === 'DROP_CASCADE' ? ', and of all that refer to them' : '';
      return nodesIn(fields, 'relations')
        .map((node) => relationName(node.fields))
        .filter((table) => !fresh.has(table))
        .map((table) => ({ message: `the rows of ${table} are gone for good${all}` }));
    },
  },
  {
    name: 'rename',
    severity: 'error',
    safe: 'renameColumn or renameTable: each version of the application finds its own name',
    find: renamed,
  },
  {
    name: 'set-schema',
    severity: 'error',
    safe: 'a view under the old name, in the same transaction',
    find: (statement, { fresh }) => {
      const { kind, fields } = statement;
      const table = tableOf(statement);
      if (kind !== 'AlterObjectSchemaStmt' || fresh.has(table)) return [];
      const schema = textIn(fields, 'newschema');
      return [{ message: `${table || 'it'} is found in ${schema} only, from this moment on` }];
    },
  },
  {
    name: 'replace-view',
    severity: 'warning',
    safe: 'a new schema with the views of the new version, beside the old one',
    find: ({ kind, fields }) => {
      if (kind !== 'ViewStmt' || !flagIn(fields, 'replace')) return [];
      const view = relationName(fieldsIn(fields, 'view'));
      return [
        { message: `${view} is locked, and code of the old version sees the new definition` },
      ];
    },
  },
  {
    name: 'star-in-view',
    severity: 'notice',
    safe: 'the columns by name',
    find: (statement) => {
      if (statement.kind !== 'ViewStmt') return [];
      const hasStar = [...within(statement)].some(({ kind }) => kind === 'A_Star');
      return hasStar
        ? [{ message: 'SELECT * is fixed now: columns that come later stay hidden' }]
        : [];
    },
  },
];
