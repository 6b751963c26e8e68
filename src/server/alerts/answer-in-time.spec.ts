import { expect, it } from '@jest/globals';
import { answerInTime } from './answer-in-time.ts';

const never = new Promise<never>(() => undefined);

it('is the answer, and nothing is waited for any longer', async () => {
  let waits: AbortSignal | undefined;
  const pause = ({ signal }: { signal: AbortSignal }): Promise<never> => {
    waits = signal;
    return never;
  };
  expect(await answerInTime(Promise.resolve(202), pause)).toBe(202);
  expect(waits?.aborted).toBe(true);
  const refused = Promise.reject(new Error('a wrong signature'));
  await expect(answerInTime(refused, pause)).rejects.toThrow('a wrong signature');
});

it('is that there is none, where whoever should answer hangs', async () => {
  const patience = Promise.resolve();
  await expect(answerInTime(never, () => patience)).rejects.toMatchObject({ code: 'unavailable' });
});
