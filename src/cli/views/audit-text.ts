import type { AuditEntry } from '../../core/protocol/audit-view.ts';
import { plainPaint } from '../terminal.ts';
import { alignedLines } from './aligned-lines.ts';
import { clock, safe } from './words.ts';

/** One line for each act, oldest first, with its day. */
export function auditText(entries: readonly AuditEntry[], timeZone: string | undefined): string {
  const look = { paint: plainPaint, timeZone };
  const rows = entries.map(({ seq, at, actor, action, subject, detail }) => [
    String(seq),
    // Of no day but its own, so that the day is always said.
    clock(at, 0, look),
    safe(actor),
    safe(action),
    safe(subject),
    safe(JSON.stringify(detail)),
  ]);
  return alignedLines([['SEQ', 'AT', 'WHO', 'WHAT', 'TO', 'DETAIL'], ...rows]);
}
