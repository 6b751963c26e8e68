import { objectionTo, type SqlPart } from '../sql/statement-rules.ts';
import { authorStatements } from '../sql/author-statements.ts';
import { type Draft, NotConvertible } from './draft.ts';

/** A statement that stays what it is. */
export interface OwnStatement {
  readonly sql: string;
  readonly place: number;
  /** Tables that it is about. */
  readonly tables: readonly string[];
}

/** In expand, with what takes it back. */
export function runAtExpand(
  draft: Draft,
  statement: OwnStatement,
  down: string,
  doubt?: string,
): void {
  const piece = pieceFor(draft, statement, 'expand', doubt);
  piece.expand.push(statement.sql);
  piece.down.unshift(down);
}

/** When the old version's time is over. */
export function runAtContract(draft: Draft, statement: OwnStatement, doubt?: string): void {
  pieceFor(draft, statement, 'contract', doubt).contract.push(statement.sql);
}

function pieceFor(draft: Draft, statement: OwnStatement, part: SqlPart, doubt?: string) {
  const { sql, place, tables } = statement;
  for (const one of authorStatements(sql, part)) {
    const objection = objectionTo(one, part);
    if (objection !== null) throw new NotConvertible(objection, place);
  }
  const made = tables.find((table) => draft.newTable(table) !== null);
  if (made !== undefined) {
    throw new NotConvertible(
      `${made} is made by this file, and statements of your own need a table that is there: run it in a migration that follows`,
      place,
    );
  }
  const piece = draft.author(place);
  for (const table of tables) piece.tables.add(table);
  if (doubt !== undefined) piece.doubts.push({ place, message: doubt });
  return piece;
}
