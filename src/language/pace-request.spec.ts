import { describe, expect, it } from '@jest/globals';
import { parsePace } from './pace-request.ts';

describe('parsePace', () => {
  it('takes what is named, and who asks', () => {
    const limits = { walBytesPerSecond: 5e7, deadRows: null };
    expect(parsePace({ nice: 0.5, limits, by: 'ann' }, 'token t')).toEqual({
      change: { nice: 0.5, limits },
      by: 'ann (token t)',
    });
    expect(parsePace({ anytime: true }, 't').change).toEqual({ anytime: true });
    expect(parsePace({ paused: true }, 'token t').by).toBe('token t');
  });

  it.each([
    [{ batchTimeMs: 0 }],
    [{ batchTimeMs: 60_000 }],
    [{ nice: -1 }],
    [{ anytime: false }],
    [{ limits: { sessions: 3 } }],
    [{ speed: 9 }],
    [{ by: 'ann' }],
  ])('refuses %j', (body) => {
    expect(() => parsePace(body, 'token t')).toThrow(
      expect.objectContaining({ code: 'invalidInput' }),
    );
  });
});
