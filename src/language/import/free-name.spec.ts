import { describe, expect, it } from '@jest/globals';

import { freeName } from './free-name.ts';

describe('a free name', () => {
  it.each([
    ['latencyP99', 'latency-p99'],
    ['Queue Depth (max)', 'queue-depth-max'],
    ['.-a-.', 'a'],
    ['überall', 'berall'],
    ['!', 'imported'],
    ['a'.repeat(80), 'a'.repeat(63)],
  ])('for %s is %s', (wanted, name) => {
    expect(freeName(wanted, new Set())).toBe(name);
  });

  it('is numbered, within the length that names may have', () => {
    const long = 'a'.repeat(63);
    expect(freeName('a', new Set(['a', 'a-2']))).toBe('a-3');
    expect(freeName(long, new Set([long]))).toBe(`${'a'.repeat(61)}-2`);
  });
});
