import { describe, expect, it } from '@jest/globals';
import { exampleNotice } from '../../../test/support/example-notice.ts';
import type { Urgency } from '../notify/notice.ts';
import type { Effect } from './effect.ts';
import { retryAfter } from './retry-effect.ts';

const { at } = exampleNotice;
const hour = 3_600_000;
const revoke: Effect = { kind: 'revokeJob', job: 'job', upTo: 1 };

const message = (urgency: Urgency): Effect => ({
  kind: 'notify',
  recipient: 'channel',
  notice: { ...exampleNotice, urgency },
});

const failed = (effect: Effect, attempts: number, key = 'a') => ({
  effect,
  key,
  attempts,
  now: at,
  askedMs: null,
});

describe('an effect that failed', () => {
  it('is tried for ever, ever more slowly, when it must be so', () => {
    const waits = [0, 1, 4, 5, 1_000].map((attempts) => retryAfter(failed(revoke, attempts)));
    expect(waits).toEqual([200, 400, 3_200, 5_000, 5_000]);
  });

  it('does not come back together with those that failed together', () => {
    const waits = Array.from({ length: 100 }, (_, n) =>
      retryAfter(failed(message('info'), 5, `key ${n}`)),
    );
    expect(new Set(waits).size).toBeGreaterThan(95);
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(16_000);
      expect(wait).toBeLessThanOrEqual(32_000);
    }
  });
});

describe('a message that is not accepted', () => {
  it.each([
    ['page', 2],
    ['ticket', 6],
    ['info', 6],
  ] as const)('is given up when it is a %s of %d hours ago, tried last then', (urgency, hours) => {
    const deadline = at + hours * hour;
    const effect = message(urgency);
    let now = at;
    let attempts = 0;
    for (let wait: number | null = 0; wait !== null; attempts += 1) {
      wait = retryAfter({ ...failed(effect, attempts), now });
      now += wait ?? 0;
    }
    expect(now).toBe(deadline);
    expect(attempts).toBeGreaterThan(12);
    expect(attempts).toBeLessThan(100);
  });

  it('waits as long as its recipient asks, and no longer than it is good for', () => {
    const asking = (askedMs: number) => ({ ...failed(message('page'), 0), askedMs });
    expect(retryAfter(asking(90_000))).toBe(90_000);
    expect(retryAfter(asking(10))).toBeGreaterThanOrEqual(500);
    expect(retryAfter(asking(9 * hour))).toBe(2 * hour);
  });
});
