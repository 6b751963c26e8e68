import type { AuditEntry, AuditLink } from '../../core/protocol/audit-view.ts';

/** What people did, link by link; it only grows. */
export abstract class AuditLog {
  abstract append(act: Omit<AuditEntry, 'seq' | 'at'>): Promise<void>;

  /** What was done to a subject, newest first; only acts of these names. */
  abstract about(
    subject: string,
    actions: readonly string[],
    limit: number,
  ): Promise<readonly AuditEntry[]>;

  /** Links after that number, from that time on (epoch milliseconds), oldest first. */
  abstract read(after: number, since: number, limit: number): Promise<readonly AuditLink[]>;
}
