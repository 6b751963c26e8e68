import { locksOf, stopsWriters } from '../locks.ts';
import type { Objection, Rule } from '../rule.ts';
import type { ScriptState } from '../script-state.ts';
import { commandsOf, type Statement, tableOf } from '../statement.ts';
import { textIn } from '../syntax-tree.ts';

/** Tables that were there before and that the statement takes from whoever writes. */
function takenFromWriters(statement: Statement, { fresh }: ScriptState): readonly string[] {
  const tables = locksOf(statement)
    .filter((lock) => stopsWriters(lock) && !fresh.has(lock.table))
    .map(({ table }) => table);
  return [...new Set(tables)];
}

function withoutTimeout(statement: Statement, before: ScriptState): readonly Objection[] {
  if (before.givesUp) return [];
  const [table] = takenFromWriters(statement, before);
  if (table === undefined) return [];
  return [{ message: `behind one long reader of ${table} it waits, and everybody else behind it` }];
}

function manyTables(statement: Statement, before: ScriptState): readonly Objection[] {
  if (before.transaction === null) return [];
  const held = new Set(before.held.filter(stopsWriters).map(({ table }) => table));
  const others = takenFromWriters(statement, before).filter((table) => !held.has(table));
  const [first] = held;
  if (first === undefined || others.length === 0) return [];
  const message = `${first} is held while ${others.join(' and ')} is waited for: a deadlock with whoever takes them the other way round`;
  return [{ message }];
}

/** What takes as long as a table is large. */
function isSlow({ kind, fields }: Statement): boolean {
  if (kind === 'IndexStmt') return fields['concurrent'] !== true;
  return kind === 'UpdateStmt' || kind === 'DeleteStmt' || kind === 'RefreshMatViewStmt';
}

function slowWhileHeld(statement: Statement, before: ScriptState): readonly Objection[] {
  if (!isSlow(statement) || before.fresh.has(tableOf(statement))) return [];
  const held = before.held.find(({ level }) => level === 'AccessExclusive');
  if (held === undefined) return [];
  return [{ message: `nobody may use ${held.table} until this has ended as well` }];
}

function begunTwice({ kind, fields }: Statement, before: ScriptState): readonly Objection[] {
  const begins = ['TRANS_STMT_BEGIN', 'TRANS_STMT_START'].includes(textIn(fields, 'kind'));
  if (kind !== 'TransactionStmt' || !begins || before.transaction === null) return [];
  const whose = before.isBegun ? 'an earlier BEGIN' : 'the tool';
  return [
    {
      message: `${whose} has begun a transaction already: this BEGIN does nothing, its COMMIT ends both`,
    },
  ];
}

function alteredAgain(statement: Statement, before: ScriptState): readonly Objection[] {
  const table = tableOf(statement);
  if (commandsOf(statement).length === 0 || before.fresh.has(table)) return [];
  const isAgain = before.altered.some(
    (one) =>
      one.table === table && one.transaction === before.transaction && one.transaction !== null,
  );
  return isAgain ? [{ message: `${table} was altered above, in the same transaction` }] : [];
}

export const transactionRules: readonly Rule[] = [
  {
    name: 'missing-lock-timeout',
    severity: 'warning',
    safe: `SET lock_timeout = '50ms' at the beginning of the file, and try again when it gives up`,
    find: withoutTimeout,
  },
  {
    name: 'several-tables-locked',
    severity: 'warning',
    safe: 'a transaction for each table',
    find: manyTables,
  },
  {
    name: 'slow-while-locked',
    severity: 'error',
    safe: 'commit before it',
    find: slowWhileHeld,
  },
  { name: 'nested-transaction', severity: 'error', safe: 'one BEGIN, or none', find: begunTwice },
  {
    name: 'altered-again',
    severity: 'notice',
    safe: 'one ALTER TABLE with several parts reads the rows once',
    find: alteredAgain,
  },
];
