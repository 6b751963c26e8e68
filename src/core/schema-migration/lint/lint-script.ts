import { withoutExceptions } from './exceptions.ts';
import type { Finding } from './finding.ts';
import { rules } from './rules.ts';
import { after, beginningOf, type Running, type ScriptState } from './script-state.ts';
import type { Statement } from './statement.ts';

/** What is true of the whole script is said once, where it shows first. */
const saidOnce = new Set(['missing-lock-timeout']);

/**
 * What the rules find in a script, in the order of its statements. By the text alone, so a doubt that
 * only the target can settle counts as one.
 */
export function lintScript(statements: readonly Statement[], running: Running): readonly Finding[] {
  const found: Finding[] = [];
  const said = new Set<string>();
  let before = beginningOf(running);
  for (const statement of statements) {
    const findings = findingsOf(statement, before).filter(({ rule }) => !said.has(rule));
    for (const { rule } of findings) if (saidOnce.has(rule)) said.add(rule);
    found.push(...withoutExceptions(findings, statement));
    before = after(before, statement);
  }
  return before.isBegun ? [...found, neverEnded(statements)] : found;
}

function findingsOf(statement: Statement, before: ScriptState): readonly Finding[] {
  return rules.flatMap(({ name, severity, safe, find }) =>
    find(statement, before).map((objection) => ({
      rule: name,
      severity: objection.severity ?? severity,
      place: objection.place ?? statement.place,
      message: objection.message,
      safe,
    })),
  );
}

function neverEnded(statements: readonly Statement[]): Finding {
  const begin = statements.findLast(({ kind }) => kind === 'TransactionStmt');
  return {
    rule: 'transaction-without-end',
    severity: 'error',
    place: begin?.place ?? 0,
    message: 'nothing commits what begins here: all of it is lost',
    safe: 'COMMIT at the end',
  };
}
