import { runsAlone, type Statement } from './statement.ts';

const CHANGESET = /^--\s*changeset\s/i;
const UNWRAPPED = /\brunInTransaction\s*:\s*false\b/i;

/** A changeset of Liquibase's formatted SQL, whose line stands above its first statement. */
interface Group {
  readonly wrapped: boolean;
  readonly statements: Statement[];
}

/** A script as Liquibase runs it: each changeset in a transaction of its own, unless it says otherwise. */
export function changesetsInTransactions(statements: readonly Statement[]): readonly Statement[] {
  const groups: Group[] = [];
  for (const statement of statements) {
    const head = statement.comments.find(({ text }) => CHANGESET.test(text));
    const current = groups.at(-1);
    if (head === undefined && current !== undefined) current.statements.push(statement);
    else groups.push({ wrapped: !UNWRAPPED.test(head?.text ?? ''), statements: [statement] });
  }
  return groups.flatMap(({ wrapped, statements: mine }) => {
    return wrapped ? inTransaction(mine) : mine;
  });
}

/** The same with BEGIN before and COMMIT behind it, which stand where the first one does. */
export function inTransaction(statements: readonly Statement[]): readonly Statement[] {
  const place = statements[0]?.place ?? 0;
  return [bound('BEGIN', place), ...statements, bound('COMMIT', place)];
}

/**
 * Whether Flyway puts a script into one transaction: it leaves that out where nothing in the script
 * can run in one.
 */
export function flywayWraps(statements: readonly Statement[]): boolean {
  return !statements.filter(({ kind }) => kind !== 'VariableSetStmt').every(runsAlone);
}

function bound(text: 'BEGIN' | 'COMMIT', place: number): Statement {
  const fields = { kind: `TRANS_STMT_${text}` };
  return { kind: 'TransactionStmt', fields, place, text, cutNames: [], comments: [], tokens: [] };
}
