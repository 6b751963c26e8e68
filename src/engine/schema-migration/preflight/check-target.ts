import type { Finding } from '../../../core/schema-migration/preflight/finding.ts';
import { operationChecks } from '../../../core/schema-migration/preflight/operation-checks.ts';
import type { OperationCheck } from '../../../core/schema-migration/preflight/operation-checks.ts';
import {
  bySeverity,
  preflight,
  standsIn,
} from '../../../core/schema-migration/preflight/preflight.ts';
import type { Undertaking } from '../../../core/schema-migration/preflight/preflight.ts';
import type { TargetFacts } from '../../../core/schema-migration/preflight/target-facts.ts';
import { TargetSqlError } from '../../ports/target-database.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';

/** How long the target may look for an answer; well below what a connection waits for. */
const PATIENCE_MS = 20_000;

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
  const checks = blind ? [] : operationChecks(migration, standsIn(facts, migration));
  const asked: Finding[] = [];
  for (const check of checks) asked.push(...(await ask(database, check)));
  return { facts, findings: bySeverity([...findings, ...asked]) };
}

async function ask(database: TargetDatabase, check: OperationCheck): Promise<readonly Finding[]> {
  try {
    const [row] = await database.transaction(async (session) => {
      await session.query(`SET LOCAL statement_timeout = '${PATIENCE_MS}ms'`);
      return session.query<{ found: number; examples: readonly string[] }>(check.sql);
    });
    if (row === undefined || row.found === 0) return [];
    return [check.finding(row.found, row.examples)];
  } catch (fault) {
    if (!(fault instanceof TargetSqlError) || fault.sqlState !== '57014') throw fault;
    return [unanswered];
  }
}

const unanswered: Finding = {
  code: 'unanswered',
  severity: 'unknown',
  table: null,
  message: `A question about the rows was not answered within ${PATIENCE_MS / 1_000} s.`,
  remedy: 'The verify step asks it again and takes the time that it needs.',
};
