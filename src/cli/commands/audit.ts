import type { AuditLink } from '../../core/protocol/audit-view.ts';
import { ApiTransport } from '../api-transport.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { formatted, type OutputForm } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { verifyAudit } from '../verify-audit.ts';
import { auditText } from '../views/audit-text.ts';
import { durationFrom } from '../views/words.ts';

export interface AuditOptions {
  readonly since?: string;
  readonly output?: OutputForm;
}

/** Who did what, oldest first, once the chain has been checked; as JSON one link in a line, to be kept. */
export async function audit({ since, output }: AuditOptions, terminal: Terminal): Promise<number> {
  const from = since === undefined ? 0 : Math.max(0, Date.now() - durationFrom(since));
  const links = await everyLink(new ApiTransport(connectionOf(terminal.env)), Math.floor(from));
  const entries = verifyAudit(links);
  const shown = {
    data: { links },
    table: () => auditText(entries, terminal.timeZone),
    names: () => links.map(({ seq }) => `audit/${seq}`),
  };
  const each = () => links.map((link) => `${JSON.stringify(link)}\n`).join('');
  terminal.out(output === 'json' ? each() : formatted(output, shown));
  const last = links.at(-1);
  if (last !== undefined) terminal.err(`the chain holds up to ${last.seq}, ${last.hash}\n`);
  return exitStatus.ok;
}

async function everyLink(api: ApiTransport, since: number): Promise<readonly AuditLink[]> {
  const all: AuditLink[] = [];
  for (;;) {
    const path = `/api/v1/audit?since=${since}&after=${all.at(-1)?.seq ?? 0}`;
    const { links } = await api.call<{ links: readonly AuditLink[] }>('GET', path);
    if (links.length === 0) return all;
    all.push(...links);
  }
}
