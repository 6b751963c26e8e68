import { describe, expect, it } from '@jest/globals';
import { exampleNotice } from '../../../test/support/example-notice.ts';
import type { Effect } from './effect.ts';
import { retryAfter } from './retry-effect.ts';

const message: Effect = { kind: 'notify', recipient: 'channel', notice: exampleNotice };
const revoke: Effect = { kind: 'revokeJob', job: 'job', upTo: 1 };

describe('an effect that failed', () => {
  it('is tried for ever, ever more slowly, when it must be so', () => {
    const waits = [0, 1, 4, 5, 1_000].map((attempts) => retryAfter(revoke, 'key', attempts));
    expect(waits).toEqual([200, 400, 3_200, 5_000, 5_000]);
  });

  it('is tried for about five hours when it is a message, and then given up', () => {
    const waits = Array.from({ length: 39 }, (_, attempts) => retryAfter(message, 'a', attempts));
    const total = waits.reduce<number>((sum, wait) => sum + (wait ?? Number.NaN), 0);
    expect(total / 3_600_000).toBeGreaterThan(2.5);
    expect(total / 3_600_000).toBeLessThan(5.5);
    expect(retryAfter(message, 'a', 39)).toBeNull();
  });

  it('does not come back together with those that failed together', () => {
    const waits = Array.from({ length: 100 }, (_, n) => retryAfter(message, `key ${n}`, 5));
    expect(new Set(waits).size).toBeGreaterThan(95);
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(16_000);
      expect(wait).toBeLessThanOrEqual(32_000);
    }
  });
});
