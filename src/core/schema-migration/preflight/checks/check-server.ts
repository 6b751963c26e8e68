import type { Finding } from '../finding.ts';
import type { TargetFacts } from '../target-facts.ts';

/** The versions that all of this has been tried on. */
const oldest = 15;
const newest = 18;

/** The server as such: its version, whether it takes writes, and what else runs when DDL does. */
export function checkServer({ server }: TargetFacts): readonly Finding[] {
  const about = { table: null } as const;
  const major = Math.floor(server.version / 10_000);
  const findings: Finding[] = [];
  if (major < oldest) {
    findings.push({
      ...about,
      code: 'serverVersion',
      severity: 'blocks',
      message: `The target runs PostgreSQL ${major}, which lacks views with the reader's rights.`,
      remedy: `Upgrade it to PostgreSQL ${oldest} or newer.`,
    });
  }
  if (major > newest) {
    findings.push({
      ...about,
      code: 'serverVersion',
      severity: 'warns',
      message: `The target runs PostgreSQL ${major}; the newest that was tried is ${newest}.`,
      remedy: 'Try this schema migration on a copy of the target first.',
    });
  }
  if (server.inRecovery || server.readOnly) {
    const why = server.inRecovery ? 'is a standby' : 'begins transactions read-only';
    findings.push({
      ...about,
      code: 'readOnly',
      severity: 'blocks',
      message: `The target ${why} and takes no writes.`,
      remedy: server.inRecovery
        ? "Let the Target's URL name the primary (target_session_attrs=read-write)."
        : 'ALTER ROLE … RESET default_transaction_read_only, or the same of the database.',
    });
  }
  for (const { name, event } of server.eventTriggers) {
    findings.push({
      ...about,
      code: 'eventTrigger',
      severity: 'warns',
      message: `The event trigger ${name} (${event}) runs within the DDL of expand and contract, and may refuse it or hold its locks for longer.`,
      remedy: `Make sure that its function lets the role of Crossfade pass quickly.`,
    });
  }
  return findings;
}
