import { droppedNames, type Statement } from '../lint/statement.ts';
import { textIn } from '../lint/syntax-tree.ts';
import { type Draft, NotConvertible } from './draft.ts';
import { runAtContract } from './run-by-author.ts';

/** What the new version does without. */
export function dropObjects(statement: Statement, draft: Draft): void {
  const { fields, place } = statement;
  const names = droppedNames(statement).map((name) => name.split('.').at(-1) ?? name);
  switch (textIn(fields, 'removeType')) {
    case 'OBJECT_TABLE':
      for (const table of names) dropTable(table, statement, draft);
      return;
    case 'OBJECT_INDEX':
      for (const index of names) dropIndex(index, place, draft);
      return;
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY': {
      const tables = droppedNames(statement).map((name) => name.split('.').at(-2) ?? '');
      const doubt = 'it works until contract, for both versions; nothing brings it back afterwards';
      runAtContract(draft, { sql: statement.text, place, tables }, doubt);
      return;
    }
    default:
      throw new NotConvertible(
        'it is no part of a table: drop it by hand when contract is over and nothing needs it',
      );
  }
}

function dropTable(table: string, { fields, place }: Statement, draft: Draft): void {
  const doubts =
    textIn(fields, 'behavior') === 'DROP_CASCADE'
      ? ['CASCADE: what else it would take along, such as views, is dropped by hand']
      : [];
  draft.operation(place, { operation: 'dropTable', table }, ...doubts);
}

function dropIndex(index: string, place: number, draft: Draft): void {
  const table = draft.known.tableOfIndex(index);
  if (table !== null) {
    draft.operation(place, { operation: 'dropIndex', table, index });
    return;
  }
  throw new NotConvertible(
    `DROP INDEX does not say on which table ${index} stands: give the database's schema by --schema FILE`,
    place,
  );
}
