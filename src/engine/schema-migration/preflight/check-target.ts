import type { Finding } from '../../../core/schema-migration/preflight/finding.ts';
import { operationChecks } from '../../../core/schema-migration/preflight/operation-checks.ts';
import type { OperationCheck } from '../../../core/schema-migration/preflight/operation-check.ts';
import {
  bySeverity,
  preflight,
  standingIn,
} from '../../../core/schema-migration/preflight/preflight.ts';
import type { Undertaking } from '../../../core/schema-migration/preflight/preflight.ts';
import type { TargetFacts } from '../../../core/schema-migration/preflight/target-facts.ts';
import { TargetSqlError } from '../../ports/target-database.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';

/** How long the target may look for an answer; well below what a connection waits for. */
const PATIENCE_MS = 20_000;
/** The same for a trial of an expression on every row: several may be asked for, and a person waits for the plan. */
const TRIAL_MS = 3_000;

/** What was seen of a target, and what it means for an undertaking, the gravest first. */
export interface TargetCheck {
  readonly facts: TargetFacts;
  readonly findings: readonly Finding[];
}

/**
 * Looks at a target on behalf of an undertaking; changes nothing there.
 * @throws TargetSqlError, or CrossfadeError `unavailable`, as the port says
 */
export async function checkTarget(
  database: TargetDatabase,
  undertaking: Undertaking,
): Promise<TargetCheck> {
  const facts = await database.facts(undertaking.migration, null);
  const findings = preflight(facts, undertaking);
  // Without rights there is nothing to be read.
  const blind = findings.some(({ code }) => code === 'privileges' || code === 'serverVersion');
  const { migration } = undertaking;
  const checks = blind ? [] : operationChecks(migration, standingIn(facts, migration));
  const asked: Finding[] = [];
  for (const check of checks) asked.push(...(await ask(database, check)));
  return { facts, findings: bySeverity([...findings, ...asked]) };
}

async function ask(database: TargetDatabase, check: OperationCheck): Promise<readonly Finding[]> {
  const patienceMs = check.isTrial === true ? TRIAL_MS : PATIENCE_MS;
  try {
    const [row] = await database.transaction(async (session) => {
      await session.query(
        `SELECT set_config('statement_timeout', '${patienceMs}ms', true), set_config('transaction_read_only', 'on', true)`,
      );
      return session.query<{ found: number; examples: readonly string[] }>(check.sql);
    });
    if (row !== undefined && row.found > 0) return [check.finding(row.found, row.examples)];
  } catch (fault) {
    const why = whyUnanswered(fault, check, patienceMs);
    if (why === null) throw fault;
    return [unanswered(why)];
  }
  const more: Finding[] = [];
  for (const next of check.next ?? []) more.push(...(await ask(database, next)));
  return more;
}

/** Data that an expression stumbles over, or a name that only the migration will make; never the message, which may hold a value. */
const ON_TRIAL = /^(22|25006|42)/;

/** In words; null for a fault that is none of the question's own. */
function whyUnanswered(fault: unknown, check: OperationCheck, patienceMs: number): string | null {
  if (!(fault instanceof TargetSqlError)) return null;
  if (fault.isCancelled) return `was not answered within ${patienceMs / 1_000} s`;
  const { sqlState } = fault;
  const isTrial = check.isTrial === true && ON_TRIAL.test(sqlState);
  return isTrial ? `could not be answered (SQLSTATE ${sqlState})` : null;
}

const unanswered = (why: string): Finding => ({
  code: 'unanswered',
  severity: 'unknown',
  table: null,
  message: `A question about the rows ${why}.`,
  remedy: 'The verify step asks it again and takes the time that it needs.',
});
