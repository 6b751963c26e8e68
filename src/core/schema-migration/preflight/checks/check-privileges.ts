import type { Finding } from '../finding.ts';
import { grantsFor, missing } from '../grants.ts';
import type { Task } from '../grants.ts';
import type { TargetFacts } from '../target-facts.ts';

/** One finding per right that the role lacks; the remedy is the statement that gives it. */
export function checkPrivileges(facts: TargetFacts, task: Task): readonly Finding[] {
  return missing(grantsFor(facts, task)).map(({ sql, purpose }) => ({
    code: 'privileges',
    severity: 'blocks',
    table: null,
    message: `Role ${facts.role.name} lacks a right that it needs to ${purpose}.`,
    remedy: `${sql};`,
  }));
}
