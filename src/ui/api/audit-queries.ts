import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { AuditEntry, AuditLink } from '../../core/protocol/audit-view.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';
import { serverOffset } from './server-clock.ts';

/** More links than this are not fetched for a page: the CLI exports them all. */
const mostLinks = 5_000;

/** The audit log of some time, newest first. */
export interface AuditView {
  readonly entries: readonly AuditEntry[];
  /** Whether each link holds the one before; null where the browser cannot compute that. */
  readonly intact: boolean | null;
  /** There are more than are shown. */
  readonly cut: boolean;
}

/** @param forMs how far back; null for all of it */
export function useAudit(forMs: number | null): UseQueryResult<AuditView> {
  return useQuery({
    queryKey: ['audit', forMs],
    queryFn: async ({ signal }) => {
      const since = forMs === null ? 0 : Math.max(0, Date.now() + serverOffset() - forMs);
      const links: AuditLink[] = [];
      for (;;) {
        const path = `${api('audit')}?since=${since}&after=${links.at(-1)?.seq ?? 0}`;
        const page = await request<{ links: AuditLink[] }>('GET', path, undefined, signal);
        links.push(...page.links);
        if (page.links.length === 0 || links.length >= mostLinks) break;
      }
      return {
        entries: links.map(({ entry }) => JSON.parse(entry) as AuditEntry).toReversed(),
        intact: await isIntact(links),
        cut: links.length >= mostLinks,
      };
    },
    refetchInterval: useRefresh(10_000),
  });
}

async function isIntact(links: readonly AuditLink[]): Promise<boolean | null> {
  if (!window.isSecureContext) return null;
  for (const [index, { previous, entry, hash }] of links.entries()) {
    const before = links[index - 1];
    if (before !== undefined && before.hash !== previous) return false;
    if ((await sha256(previous + entry)) !== hash) return false;
  }
  return true;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
