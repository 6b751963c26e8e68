import { describe, expect, it } from '@jest/globals';
import { blockOf, burstOf, defaultLimits, parseLimits } from './limits.ts';

describe('limits', () => {
  it('are the default but for those that are named, or none at all', () => {
    expect(parseLimits('command=600, look=off')).toEqual({
      ...defaultLimits,
      command: 600,
      look: null,
    });
    expect(new Set(Object.values(parseLimits('off') ?? {}))).toEqual(new Set([null]));
  });

  it.each(['', 'command', 'command=0', 'command=-1', 'command=1e9', 'rollback=5', 'command=5,'])(
    'are refused when they say what there is not: %j',
    (text) => {
      expect(parseLimits(text)).toBeNull();
    },
  );

  it('let half a minute come at once, and a server take a fifth of a second', () => {
    expect([burstOf(6_000), blockOf(6_000)]).toEqual([3_000, 20]);
    expect([burstOf(1), blockOf(1)]).toEqual([1, 1]);
  });
});
