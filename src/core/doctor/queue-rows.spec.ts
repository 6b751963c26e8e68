import { describe, expect, it } from '@jest/globals';
import { queueRows } from './queue-rows.ts';

const told = (...queues: readonly (readonly [string, number, number | null])[]) =>
  queueRows(queues.map(([name, depth, oldestMs]) => ({ name, depth, oldestMs }))).map(
    ({ standing, subject, message }) => [standing, subject, message],
  );

describe('what the doctor says of work that waits', () => {
  it('is that all is done while nothing waits for long', () => {
    expect(told(['rollouts', 0, null], ['effects', 3, 9_999])).toEqual([
      ['ok', 'queues', 'what is due is done'],
    ]);
  });

  it('names what is late, and from a minute on takes it for a fault', () => {
    expect(told(['rollouts', 2, 60_000], ['effects', 1, 42_000], ['commands', 1, 10])).toEqual([
      ['fault', 'rollouts', '2 wait, the longest for 1m'],
      ['warning', 'effects', '1 waits, the longest for 42 s'],
    ]);
  });
});
