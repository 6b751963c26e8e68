import type { GrantsView } from '../../core/protocol/target-view.ts';
import { safe } from './words.ts';

/** SQL that gives what is missing, each with its purpose; what is held already stands in comments. */
export function grantsText({ target, role, grants }: GrantsView): string {
  const missing = grants.filter(({ held }) => !held);
  const held = grants.filter((grant) => grant.held);
  const count = `${missing.length} of ${grants.length} rights are missing`;
  const lines = [
    `-- role ${safe(role)} on ${safe(target)}: ${count}`,
    ...missing.flatMap(({ sql, purpose }) => [`-- to ${safe(purpose)}`, `${safe(sql)};`]),
    ...held.map(({ sql, purpose }) => `-- held: ${safe(sql)}, to ${safe(purpose)}`),
  ];
  return `${lines.join('\n')}\n`;
}
