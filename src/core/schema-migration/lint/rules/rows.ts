import type { Objection, Rule } from '../rule.ts';
import { tableOf } from '../statement.ts';
import { nodesIn, placeIn, textIn } from '../syntax-tree.ts';

export const rowRules: readonly Rule[] = [
  {
    name: 'unbounded-change',
    severity: 'error',
    safe: 'batches by key, each in a transaction of its own: an operation with `up`, which the backfill carries out',
    find: (statement, { fresh }) => {
      const { kind, fields } = statement;
      const table = tableOf(statement);
      if ((kind !== 'UpdateStmt' && kind !== 'DeleteStmt') || fresh.has(table)) return [];
      const all = 'whereClause' in fields ? '' : 'all ';
      const severity = 'whereClause' in fields ? 'warning' : 'error';
      return [
        { message: `${all}rows of ${table} stay locked until the transaction ends`, severity },
      ];
    },
  },
  {
    name: 'column-set-twice',
    severity: 'error',
    safe: 'one value for each column',
    find: ({ kind, fields }) => {
      if (kind !== 'UpdateStmt') return [];
      const seen = new Set<string>();
      return nodesIn(fields, 'targetList').flatMap((target): readonly Objection[] => {
        const name = textIn(target.fields, 'name');
        // A part of a column, such as an element of an array, may be set beside another.
        if ('indirection' in target.fields) return [];
        const isTwice = seen.has(name);
        seen.add(name);
        return isTwice ? [{ message: `${name} is set twice`, place: placeIn(target.fields) }] : [];
      });
    },
  },
];
