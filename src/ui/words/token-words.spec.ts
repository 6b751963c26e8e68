import { describe, expect, it } from '@jest/globals';
import type { TokenView } from '../../core/protocol/token-view.ts';
import { grantWords, lifeOf } from './token-words.ts';

const day = 24 * 3_600_000;

const token: TokenView = {
  id: 'a1',
  scope: 'api',
  name: 'ci',
  roles: {},
  createdBy: 'ann',
  createdAt: 0,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
};

describe('words for tokens', () => {
  it.each([
    [{}, 'For ever', 'good'],
    [{ expiresAt: 30 * day }, '30d left', 'good'],
    [{ expiresAt: 3 * day }, '3d left', 'warn'],
    [{ expiresAt: 0 }, 'Expired', 'quiet'],
    [{ expiresAt: 30 * day, revokedAt: 1 }, 'Revoked', 'quiet'],
  ])('say how long %j lasts', (life, words, tone) => {
    expect(lifeOf({ ...token, ...life }, 0)).toMatchObject({ words, tone });
  });

  it.each([
    [{ roles: { '*': 'viewer', shop: 'operator' } }, 'viewer in every project, operator in shop'],
    [{ scope: 'admin' }, 'everything'],
    [{ scope: 'otlp' }, 'report: otlp'],
  ])('say what %j may', (grant, words) => {
    expect(grantWords({ ...token, ...grant })).toBe(words);
  });
});
