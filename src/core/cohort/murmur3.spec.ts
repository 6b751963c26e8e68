import { describe, expect, it } from '@jest/globals';
import { murmur3 } from './murmur3.ts';

describe('murmur3', () => {
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['a', 0x9747b28c, 0x7fa09ea6],
    ['aa', 0x9747b28c, 0x5d211726],
    ['aaa', 0x9747b28c, 0x283e0130],
    ['aaaa', 0x9747b28c, 0x5a97808a],
    ['abc', 0, 0xb3dd93fa],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
  ])('hashes %j under seed %i as the published vectors say', (text, seed, hash) => {
    expect(murmur3(text, seed)).toBe(hash);
  });

  it('hashes the low byte of each code unit, so that it agrees with the Node client of Unleash', () => {
    expect(murmur3('\u0161')).toBe(murmur3('\u0061'));
  });
});
