import type { Finding } from '../../../core/schema-migration/preflight/finding.ts';
import { operationChecks } from '../../../core/schema-migration/preflight/operation-checks.ts';
import { bySeverity, preflight } from '../../../core/schema-migration/preflight/preflight.ts';
import type { Undertaking } from '../../../core/schema-migration/preflight/preflight.ts';
import type { TargetFacts } from '../../../core/schema-migration/preflight/target-facts.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';

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
  const asked = blind ? [] : await askRows(database, undertaking);
  return { facts, findings: bySeverity([...findings, ...asked]) };
}

async function askRows(
  database: TargetDatabase,
  { migration }: Undertaking,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of operationChecks(migration)) {
    const [row] = await database.query<{ found: number }>(check.sql);
    if (row !== undefined && row.found > 0) findings.push(check.finding(row.found));
  }
  return findings;
}
