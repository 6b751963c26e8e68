import { createHash } from 'node:crypto';
import { CrossfadeError } from '../core/errors.ts';
import type { AuditEntry, AuditLink } from '../core/protocol/audit-view.ts';

const beforeFirst = '0'.repeat(64);

/**
 * What the links say, when each fits the one before it. The first link of an excerpt is taken at its word.
 * Throws `refused` that names the link where the chain is broken.
 */
export function verifyAudit(links: readonly AuditLink[]): readonly AuditEntry[] {
  return links.map((link, at) => {
    const before = links[at - 1];
    const expected = before?.hash ?? (link.seq === 1 ? beforeFirst : link.previous);
    const next = before === undefined ? link.seq : before.seq + 1;
    const entry = JSON.parse(link.entry) as AuditEntry;
    const hash = createHash('sha256')
      .update(link.previous + link.entry)
      .digest('hex');
    const fits = link.previous === expected && link.seq === next && entry.seq === link.seq;
    if (fits && hash === link.hash) return entry;
    const words = `the audit log is broken at ${link.seq}: it was changed, or something before it was taken out`;
    throw new CrossfadeError('refused', words);
  });
}
