import { CrossfadeError } from '../../errors.ts';
import { authorStatements } from './author-statements.ts';
import { objectionTo } from './statement-rules.ts';
import type { SqlPart } from './statement-rules.ts';

/**
 * The statements of one part, when nothing is known against any of them.
 * @throws CrossfadeError `invalidInput` for a text that ends in the middle of something, `unsupported`
 * for a statement that would leave its transaction, keep the application waiting, or lose rows
 */
export function checkedStatements(text: string, part: SqlPart): readonly string[] {
  return authorStatements(text, part).map((statement) => {
    const objection = objectionTo(statement, part);
    if (objection === null) return statement.sql;
    throw new CrossfadeError('unsupported', `${part}: ${objection}.`);
  });
}
