import { describe, expect, it } from '@jest/globals';
import { remembered } from './remembered.ts';

describe('remembered', () => {
  it('works once for each object, whatever the result', () => {
    const asked: (readonly number[])[] = [];
    const first = remembered((list: readonly number[]) => {
      asked.push(list);
      return list[0];
    });
    const [one, same, none] = [[1], [1], []];
    expect([first(one), first(one), first(same), first(none), first(none)]).toEqual([
      1,
      1,
      1,
      undefined,
      undefined,
    ]);
    expect(asked).toEqual([one, same, none]);
  });
});
