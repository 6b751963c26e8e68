import type { Statement } from '../lint/statement.ts';
import { fieldsIn, flagIn, namesIn, nodeIn, nodesIn, textIn, within } from '../lint/syntax-tree.ts';
import { type Draft, NotConvertible } from './draft.ts';
import { runAtContract, runAtExpand } from './run-by-author.ts';
import { quoteIfNeeded } from './way-back.ts';

/** What is left to its author: it runs in an operation `sql`, with what takes it back. */
export function createTrigger({ fields, place, text }: Statement, draft: Draft): void {
  const table = draft.tableIn(fieldsIn(fields, 'relation'));
  refuseReplacing(fields, 'trigger');
  const name = quoteIfNeeded(textIn(fields, 'trigname'));
  const doubt = `trigger ${name}: it also sees the writes of the old version, and those of backfill do not fire it`;
  runAtExpand(
    draft,
    { sql: text, place, tables: [table] },
    `DROP TRIGGER ${name} ON ${quoteIfNeeded(table)}`,
    doubt,
  );
}

export function createPolicy({ fields, place, text }: Statement, draft: Draft): void {
  const table = draft.tableIn(fieldsIn(fields, 'table'));
  const name = quoteIfNeeded(textIn(fields, 'policy_name'));
  const down = `DROP POLICY ${name} ON ${quoteIfNeeded(table)}`;
  runAtExpand(draft, { sql: text, place, tables: [table] }, down);
}

/** It belongs to no table, so it runs with what does. */
export function createFunction({ fields, place, text }: Statement, draft: Draft): void {
  refuseReplacing(fields, 'function');
  const name = namesIn(fields, 'funcname').map(quoteIfNeeded).join('.');
  const types = nodesIn(fields, 'parameters').map(({ fields: parameter }) => {
    const type = namesIn(fieldsIn(parameter, 'argType'), 'names');
    return type.map(quoteIfNeeded).join('.');
  });
  runAtExpand(
    draft,
    { sql: text, place, tables: [] },
    `DROP FUNCTION ${name}(${types.join(', ')})`,
  );
}

export function createView(statement: Statement, draft: Draft): void {
  const { fields, place, text } = statement;
  refuseReplacing(fields, 'view');
  const name = quoteIfNeeded(textIn(fieldsIn(fields, 'view'), 'relname'));
  const query = nodeIn(fields, 'query');
  const read = query === null ? [] : [...within(query)].filter(({ kind }) => kind === 'RangeVar');
  const tables = read.map((one) => draft.tableIn(one.fields));
  const doubt = `view ${name}: it stands beside the tables, not in the schemas of the versions, and follows the tables through contract`;
  runAtExpand(draft, { sql: text, place, tables }, `DROP VIEW ${name}`, doubt);
}

function refuseReplacing(fields: Statement['fields'], what: string): void {
  if (!flagIn(fields, 'replace')) return;
  throw new NotConvertible(
    `OR REPLACE: what the ${what} was before is not known here; write an operation \`sql\` whose \`down\` brings it back`,
  );
}

const commented = new Set(['OBJECT_TABLE', 'OBJECT_COLUMN']);

export function comment({ fields, place, text }: Statement, draft: Draft): void {
  const object = nodeIn(fields, 'object');
  const names = object === null ? [] : namesIn(object.fields, 'items');
  const isColumn = textIn(fields, 'objtype') === 'OBJECT_COLUMN';
  const table = names.at(isColumn ? -2 : -1);
  if (table === undefined || !commented.has(textIn(fields, 'objtype'))) {
    throw new NotConvertible('it changes nothing for anybody: run it by hand');
  }
  runAtContract(draft, { sql: text, place, tables: [table] });
}

export function grant({ fields, place, text, tokens }: Statement, draft: Draft): void {
  const objects = nodesIn(fields, 'objects').filter(({ kind }) => kind === 'RangeVar');
  const isOfTables =
    textIn(fields, 'objtype') === 'OBJECT_TABLE' &&
    textIn(fields, 'targtype') === 'ACL_TARGET_OBJECT';
  if (!isOfTables)
    throw new NotConvertible('it is about no table of the migration: run it by hand');
  const tables = objects.map((one) => draft.tableIn(one.fields));
  if (!flagIn(fields, 'is_grant')) {
    runAtContract(draft, { sql: text, place, tables }, 'REVOKE: the right ends with contract');
    return;
  }
  const words = tokens.map((token) => token.text);
  const end = words.findIndex((word) => /^(with|granted)$/i.test(word));
  const down = words
    .slice(0, end < 0 ? undefined : end)
    .join(' ')
    .replace(/^grant /i, 'REVOKE ')
    .replace(/ to (?!.* to )/i, ' FROM ');
  const doubt = 'GRANT: a rollback takes the right away, also if the role had it before';
  runAtExpand(draft, { sql: text, place, tables }, down, doubt);
}

const selfMade =
  'a type that the migration makes itself is not known when the rest is planned: run it by hand first, it changes ' +
  'nothing for the version in use';

/** Kinds of statements that nothing converts, in the words for them. */
export const byHand: Readonly<Record<string, string>> = {
  AlterEnumStmt:
    'an enum value cannot be taken away again, so nothing could go back: run it by hand first, when the version in use ' +
    'can read it; or give the column the type text by changeType',
  CompositeTypeStmt: selfMade,
  CreateDomainStmt: selfMade,
  CreateEnumStmt: selfMade,
  CreateExtensionStmt:
    'an extension belongs to the database, not to a table: run it by hand first, it changes nothing for the version in use',
  CreateSchemaStmt: 'run it by hand first: it changes nothing for the version in use',
  CreateSeqStmt: 'run it by hand first: it changes nothing for the version in use',
  CreateTableAsStmt:
    'nothing keeps a copy in step: write CREATE TABLE and INSERT … SELECT, or run it by hand',
  DeleteStmt: 'deleted rows do not come back: run it by hand, in batches, when contract is over',
  DoStmt: 'what a DO block does cannot be told: write its statements one by one',
  SelectStmt: 'what a query changes cannot be told: run it by hand',
  TruncateStmt: 'its rows are gone for good: run it by hand when contract is over',
};

/** Kinds of statements that are not needed any more, and why. */
export const needless: Readonly<Record<string, string>> = {
  LockStmt: 'Crossfade takes its own locks, and gives way to others',
  TransactionStmt: 'Crossfade puts each part into transactions of its own',
  VacuumStmt: 'Crossfade leaves that to autovacuum',
  VariableSetStmt: 'Crossfade sets its own timeouts and search path',
};
