import { describe, expect, it } from '@jest/globals';
import { parseRole } from './role-request.ts';

describe('parseRole', () => {
  it.each([[undefined], ['']])('reads %p as nobody in particular', (role) => {
    expect(parseRole(role)).toBeNull();
  });

  it.each(['crossfade', 'Über "x"', 'a'.repeat(63)])('takes %p as it is', (role) => {
    expect(parseRole(role)).toBe(role);
  });

  it.each([['a'.repeat(64)], ['ü'.repeat(32)], ['a\nb'], [['a', 'b']], [{ a: 'b' }]])(
    'refuses %p',
    (role) => {
      expect(() => parseRole(role)).toThrow(/^role: expected the name of one role/);
    },
  );
});
