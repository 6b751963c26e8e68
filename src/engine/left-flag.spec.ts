import { describe, expect, it } from '@jest/globals';
import { viewWith } from '../../test/support/rollout-view.ts';
import { leftFlag } from './left-flag.ts';

describe('the flag that is left', () => {
  it.each([
    ['completed', 'new'],
    ['rolled_back', 'old'],
    ['aborted', 'old'],
  ] as const)('of a rollout that is %s keeps code on the %s side', (phase, side) => {
    const flag = { name: 'f', revision: 3, changedBy: 'ada', changedAt: 0 };
    const [left] = leftFlag({ phase, flag: { ...viewWith().flag, ...flag } as never });
    expect(left?.words).toContain(`to stay on the ${side} side`);
  });

  it('is none where there is none', () => {
    expect(leftFlag({ phase: 'completed', flag: null })).toEqual([]);
  });
});
