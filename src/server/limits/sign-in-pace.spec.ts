import { expect, it } from '@jest/globals';
import { MemoryPermitStore } from '../../../test/support/memory-permit-store.ts';
import { burstOf, defaultLimits } from '../../core/limits/limits.ts';
import { Limiter } from '../../engine/limiter.ts';
import { HeldBack } from './held-back.ts';
import { SignInPace } from './sign-in-pace.ts';

const free = burstOf(defaultLimits.oidc ?? 0);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets steps of one address go on at once, then after a wait, and refuses what a flood is too much of', async () => {
  const sleeps: (() => void)[] = [];
  const sleep = (): Promise<void> => new Promise((resolve) => sleeps.push(resolve));
  const limiter = new Limiter(new MemoryPermitStore(), defaultLimits, () => 0);
  const pace = new SignInPace(limiter, new HeldBack(sleep));
  const answers: string[] = [];
  const step = (address: string): Promise<void> =>
    pace.step(address).then(
      () => void answers.push('goes on'),
      (fault: Error) => void answers.push(fault.message),
    );
  for (let one = 0; one < free; one += 1) await step('192.0.2.7');
  expect(answers).toEqual(Array(free).fill('goes on'));
  answers.length = 0;
  const flood = Array.from({ length: 70 }, () => step('::ffff:192.0.2.7'));
  await settled();
  expect(sleeps).toHaveLength(64);
  const refusal = 'too many sign-ins from this address; come again in a moment';
  expect(answers).toEqual(Array(6).fill(refusal));
  // Another address has a pace of its own.
  await step('192.0.2.8');
  expect(answers.at(-1)).toBe('goes on');
  for (const wake of sleeps) wake();
  await Promise.all(flood);
  expect(answers.filter((one) => one === 'goes on')).toHaveLength(65);
});
