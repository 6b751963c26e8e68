import { describe, expect, it } from '@jest/globals';
import { parsePace } from './pace-request.ts';

const caller = { name: 't', person: null };

describe('parsePace', () => {
  it('takes what is named, and who asks', () => {
    const limits = { walBytesPerSecond: 5e7, deadRows: null };
    expect(parsePace({ nice: 0.5, limits, by: 'ann' }, caller)).toEqual({
      change: { nice: 0.5, limits },
      by: 'ann (token t)',
    });
    expect(parsePace({ anytime: true }, caller).change).toEqual({ anytime: true });
    expect(parsePace({ paused: true }, caller).by).toBe('token t');
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
    expect(() => parsePace(body, caller)).toThrow(
      expect.objectContaining({ code: 'invalidInput' }),
    );
  });
});
