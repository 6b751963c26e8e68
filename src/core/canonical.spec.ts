import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonical } from './canonical.ts';

describe('the canonical text', () => {
  it('is the same however the keys stood, and without what is undefined', () => {
    const one = { b: [{ y: 1, x: 'ü' }], a: { d: null, c: undefined } };
    const other = { a: { d: null }, b: [{ x: 'ü', y: 1 }] };
    expect(canonical(one)).toBe('{"a":{"d":null},"b":[{"x":"ü","y":1}]}');
    expect(canonical(other)).toBe(canonical(one));
  });

  it('keeps the order of lists', () => {
    expect(canonical([2, 1])).not.toBe(canonical([1, 2]));
  });

  it('survives a way through JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
      }),
    );
  });
});
