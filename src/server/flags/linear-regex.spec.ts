import { describe, expect, it } from '@jest/globals';
import { linearRegex } from './linear-regex.ts';

describe('linearRegex', () => {
  it('finds what it looks for, anywhere in the text', () => {
    expect(linearRegex('c.t', false)?.('a cat')).toBe(true);
    expect(linearRegex('C.T', false)?.('a cat')).toBe(false);
    expect(linearRegex('C.T', true)?.('a cat')).toBe(true);
  });

  it.each(['(open', '(?=ahead)', '(a)\\1', 'x'.repeat(2_001)])('takes no %.20s', (expression) => {
    expect(linearRegex(expression, false)).toBeNull();
    expect(linearRegex(expression, false)).toBeNull();
  });

  it('answers soon where a backtracking engine would not within a lifetime', () => {
    const began = performance.now();
    expect(linearRegex('^(a+)+$', false)?.(`${'a'.repeat(5_000)}b`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('forgets old expressions, and stays right about them', () => {
    for (let n = 0; n < 1_200; n += 1) linearRegex(`^tenant-${n}$`, false);
    expect(linearRegex('^tenant-3$', false)?.('tenant-3')).toBe(true);
  });
});
