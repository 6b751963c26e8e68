import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { AuditLink } from '../core/protocol/audit-view.ts';
import { verifyAudit } from './verify-audit.ts';

function chainOf(actors: readonly string[]): AuditLink[] {
  const links: AuditLink[] = [];
  for (const [at, actor] of actors.entries()) {
    const seq = at + 1;
    const previous = links.at(-1)?.hash ?? '0'.repeat(64);
    const entry = JSON.stringify({ seq, at: 0, actor, action: 'ask', subject: 'x', detail: {} });
    const hash = createHash('sha256')
      .update(previous + entry)
      .digest('hex');
    links.push({ seq, previous, entry, hash });
  }
  return links;
}

const chain = chainOf(['ada', 'bob', 'cleo', 'dan']);

function changed(at: number, change: Partial<AuditLink>): AuditLink[] {
  return chain.map((link, index) => (index === at ? { ...link, ...change } : link));
}

describe('an audit log', () => {
  it('that is whole says what it says, from its beginning or from anywhere', () => {
    expect(verifyAudit(chain).map(({ actor }) => actor)).toEqual(['ada', 'bob', 'cleo', 'dan']);
    expect(verifyAudit(chain.slice(2)).map(({ actor }) => actor)).toEqual(['cleo', 'dan']);
    expect(verifyAudit([])).toEqual([]);
  });

  it.each([
    ['an entry was changed', changed(1, { entry: chain[1]?.entry.replace('bob', 'eve') ?? '' }), 2],
    ['a link was taken out', chain.filter(({ seq }) => seq !== 3), 4],
    ['two changed places', [0, 2, 1, 3].flatMap((at) => chain[at] ?? []), 3],
    ['the beginning was made anew', changed(0, { previous: '1'.repeat(64) }), 1],
  ])('is broken where %s', (_, links, at) => {
    expect(() => verifyAudit(links)).toThrow(`the audit log is broken at ${at}:`);
  });

  it('is broken where an entry was changed and hashed anew: the next link knows better', () => {
    const entry = chain[1]?.entry.replace('bob', 'eve') ?? '';
    const hash = createHash('sha256')
      .update((chain[1]?.previous ?? '') + entry)
      .digest('hex');
    expect(() => verifyAudit(changed(1, { entry, hash }))).toThrow('broken at 3:');
  });
});
