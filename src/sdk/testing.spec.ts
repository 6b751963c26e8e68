import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Migration } from './crossfade.ts';
import { CrossfadeTesting } from './testing.ts';

let crossfade: CrossfadeTesting;
let birthdate: Migration;

beforeEach(() => {
  crossfade = CrossfadeTesting.forced('users-birthdate', 'new');
  birthdate = crossfade.migration('users-birthdate');
});

afterEach(() => crossfade.close());

describe('CrossfadeTesting', () => {
  it('serves by the side that was forced, old where none was', async () => {
    const sides = { old: () => 'old', new: () => 'new' };
    expect(await birthdate.read(sides)).toBe('new');
    expect(await crossfade.migration('another').read(sides)).toBe('old');
    crossfade.force('users-birthdate', 'old');
    expect(await birthdate.write(sides)).toBe('old');
  });

  it('tells what was done, for whom', async () => {
    const sides = { old: () => 1, new: () => 2 };
    await crossfade.withUnit(7, () => crossfade.transaction(() => birthdate.write(sides)));
    await birthdate.read(sides);
    expect(crossfade.operations).toEqual([
      { migration: 'users-birthdate', operation: 'write', side: 'new', unit: '7' },
      { migration: 'users-birthdate', operation: 'read', side: 'new', unit: undefined },
    ]);
  });

  it('compares both sides of a pure read when asked, as shadow would', async () => {
    crossfade.comparing();
    const read = (call: { pure: boolean; fresh: string }): Promise<string> =>
      birthdate.read({ pure: call.pure, old: () => '1815-12-10', new: () => call.fresh });
    expect(await read({ pure: true, fresh: '1815-12-10' })).toBe('1815-12-10');
    await expect(read({ pure: true, fresh: '1815-12-09' })).rejects.toThrow(
      'the two sides of users-birthdate answer differently (field): old "1815-12-10", new "1815-12-09"',
    );
    expect(await read({ pure: false, fresh: 'x' })).toBe('x');
    expect(await crossfade.transaction(() => read({ pure: true, fresh: 'x' }))).toBe('x');
  });

  it('takes two errors of one kind for the same answer', async () => {
    crossfade.comparing();
    const missing = (): never => {
      throw Object.assign(new Error('no such user'), { status: 404 });
    };
    const both = birthdate.read({ pure: true, old: missing, new: missing });
    await expect(both).rejects.toThrow('no such user');
    const one = birthdate.read({ pure: true, old: () => 'ada', new: missing as () => string });
    await expect(one).rejects.toMatchObject({ code: 'conflict' });
  });
});
