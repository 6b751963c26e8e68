import type { TokenView } from '../../core/protocol/token-view.ts';
import { alignedLines } from './aligned-lines.ts';
import { safe, span } from './words.ts';

const columns = ['ID', 'NAME', 'FOR', 'EXPIRES', 'USED'] as const;

/** One line for each token, newest first; `now` in epoch milliseconds. */
export function tokensText(tokens: readonly TokenView[], now: number): string {
  const rows = tokens.map((token) => [
    token.id,
    safe(token.name),
    purposeOf(token),
    endOf(token, now),
    token.lastUsedAt === null ? 'never' : `${span(now - token.lastUsedAt)} ago`,
  ]);
  return alignedLines([columns, ...rows]);
}

function purposeOf({ scope, roles }: TokenView): string {
  const held = Object.entries(roles).map(([project, role]) =>
    project === '*' ? role : `${role} in ${safe(project)}`,
  );
  return held.length === 0 ? scope : held.join(', ');
}

function endOf({ revokedAt, expiresAt }: TokenView, now: number): string {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt === null) return 'never';
  return expiresAt <= now ? 'expired' : `in ${span(expiresAt - now)}`;
}
