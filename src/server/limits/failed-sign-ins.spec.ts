import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryPermitStore } from '../../../test/support/memory-permit-store.ts';
import { burstOf, defaultLimits } from '../../core/limits/limits.ts';
import { Limiter } from '../../engine/limiter.ts';
import { FailedSignIns } from './failed-sign-ins.ts';
import { HeldBack } from './held-back.ts';

const free = burstOf(defaultLimits.signIn ?? 0);

let held: number[];
let release: () => void;
let failures: FailedSignIns;

beforeEach(() => {
  held = [];
  const over = new Promise<void>((resolve) => {
    release = resolve;
  });
  const limiter = new Limiter(new MemoryPermitStore(), defaultLimits, () => 0);
  const sleep = (milliseconds: number): Promise<void> => {
    held.push(milliseconds);
    return over;
  };
  failures = new FailedSignIns(limiter, new HeldBack(sleep));
});

/** What so many wrong ones in a row are answered. */
async function refusals(count: number, address: string, account: string): Promise<string[]> {
  release();
  const words: string[] = [];
  for (let one = 0; one < count; one += 1) {
    await failures.count(address, account).catch((fault: Error) => words.push(fault.message));
  }
  return words;
}

describe('wrong tokens at sign-in', () => {
  it('are answered later once one address had too many, whatever account it tries', async () => {
    let words: string[] = [];
    for (let one = 0; one < free + 2; one += 1) {
      words = words.concat(await refusals(1, '192.0.2.7', `account ${one}`));
    }
    expect(words).toHaveLength(2);
    expect(words[0]).toBe('too many wrong tokens; come again in 3 s');
    expect(held).toEqual([2_000, 2_000]);
    expect(await refusals(1, '192.0.2.8', 'another')).toEqual([]);
  });

  it('are counted for an account too, from wherever they come', async () => {
    let words: string[] = [];
    for (let one = 0; one < free + 1; one += 1) {
      words = words.concat(await refusals(1, `192.0.2.${one}`, 'crossfade_api_1'));
    }
    expect(words).toHaveLength(1);
  });

  it.each([
    ['2001:db8::1', '2001:db8:0:0:ffff::2'],
    ['192.0.2.7', '::ffff:192.0.2.7'],
    ['fe80::1%eth0', 'fe80::2'],
  ])('come from one network: %s and %s', async (one, other) => {
    expect(await refusals(free, one, 'a')).toEqual([]);
    expect(await refusals(1, other, 'b')).toHaveLength(1);
  });

  it('hold back no more than 64 answers at once', async () => {
    const asked = Array.from({ length: 100 }, () =>
      failures.count('192.0.2.7', 'a').catch(() => undefined),
    );
    await new Promise(setImmediate);
    expect(held).toHaveLength(64);
    release();
    await Promise.all(asked);
  });
});
