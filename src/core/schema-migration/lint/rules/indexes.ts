import type { Objection, Rule } from '../rule.ts';
import type { ScriptState } from '../script-state.ts';
import { isConcurrent, type Statement, tableOf } from '../statement.ts';
import { nodesIn, textIn } from '../syntax-tree.ts';

/** More columns than a query is likely to use. */
const manyColumns = 3;

function buildsIndex(statement: Statement, { fresh }: ScriptState): readonly Objection[] {
  if (statement.kind !== 'IndexStmt' || isConcurrent(statement)) return [];
  const table = tableOf(statement);
  return fresh.has(table) ? [] : [{ message: `nobody may write to ${table} while it is built` }];
}

export const indexRules: readonly Rule[] = [
  {
    name: 'create-index',
    severity: 'error',
    safe: 'CREATE INDEX CONCURRENTLY, outside of any transaction (createIndex)',
    find: buildsIndex,
  },
  {
    name: 'drop-index',
    severity: 'warning',
    safe: 'DROP INDEX CONCURRENTLY, outside of any transaction (dropIndex)',
    find: (statement) => {
      const isIndex = textIn(statement.fields, 'removeType') === 'OBJECT_INDEX';
      if (statement.kind !== 'DropStmt' || !isIndex || isConcurrent(statement)) return [];
      return [
        { message: 'nobody may use the table, and whoever comes waits behind the longest reader' },
      ];
    },
  },
  {
    name: 'reindex',
    severity: 'error',
    safe: 'REINDEX … CONCURRENTLY, outside of any transaction',
    find: (statement) =>
      statement.kind === 'ReindexStmt' && !isConcurrent(statement)
        ? [
            {
              message:
                'nobody may write to the table, nor read by the index, while it is built anew',
            },
          ]
        : [],
  },
  {
    name: 'concurrently-in-transaction',
    severity: 'error',
    safe: 'a file of its own that the tool runs without a transaction',
    find: (statement, { transaction, isBegun }) => {
      if (transaction === null || !isConcurrent(statement)) return [];
      const whose = isBegun ? 'BEGIN stands above it' : 'the tool puts the whole file into one';
      return [{ message: `the server refuses CONCURRENTLY inside a transaction, and ${whose}` }];
    },
  },
  {
    name: 'concurrently-with-lock-timeout',
    severity: 'warning',
    safe: 'SET lock_timeout = 0 before it, and look for an invalid index afterwards',
    find: (statement, { givesUp }) => {
      if (statement.kind !== 'IndexStmt' || !isConcurrent(statement)) return [];
      if (!givesUp) return [];
      return [
        {
          message: 'a build that waits for others too long ends with an invalid index left behind',
        },
      ];
    },
  },
  {
    name: 'wide-index',
    severity: 'notice',
    safe: 'the columns that queries filter by, the most selective first',
    find: ({ kind, fields }) => {
      const columns = kind === 'IndexStmt' ? nodesIn(fields, 'indexParams').length : 0;
      return columns > manyColumns
        ? [{ message: `${columns} columns: hardly a query uses them all` }]
        : [];
    },
  },
];
