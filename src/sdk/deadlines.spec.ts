import { describe, expect, it } from '@jest/globals';
import { ManualTiming, settle } from '../../test/support/manual-timing.ts';
import { overdue } from './attempt.ts';
import { Deadlines } from './deadlines.ts';
import { TimedAttempt } from './timed-attempt.ts';

/** Counts timers and what keeps the process alive. */
class CountedTiming extends ManualTiming {
  timers = 0;
  holds = 0;

  override after(ms: number, run: () => void): () => void {
    this.timers += 1;
    return super.after(ms, run);
  }

  override hold(): () => void {
    this.holds += 1;
    return () => {
      this.holds -= 1;
    };
  }
}

function given() {
  const timing = new CountedTiming();
  const deadlines = new Deadlines(timing);
  const ended: string[] = [];
  const start = (
    name: string,
    ms: number,
    work: Promise<unknown> = new Promise(() => {}),
  ): void => {
    const sources = { timing, deadlines, notAnError: () => false };
    void new TimedAttempt(() => work, ms, sources).inTime.then((made) => {
      ended.push(`${name} ${made === overdue ? 'late' : 'in time'}`);
    });
  };
  return { timing, ended, start };
}

describe('Deadlines', () => {
  it('limits each operation by its own time, whatever the order in which they began', async () => {
    const { timing, ended, start } = given();
    start('slow', 5_000);
    start('quick', 1_000);
    await timing.advance(999);
    expect(ended).toEqual([]);
    await timing.advance(1);
    expect(ended).toEqual(['quick late']);
    start('another', 1_000);
    await timing.advance(4_000);
    expect(ended).toEqual(['quick late', 'another late', 'slow late']);
  });

  it('has one timer for many operations that end in time', async () => {
    const { timing, ended, start } = given();
    for (let n = 0; n < 100; n += 1) start(String(n), 5_000, Promise.resolve());
    await settle();
    expect(ended).toHaveLength(100);
    expect(timing.timers).toBe(1);
  });

  it('takes for in time what arrived while the process did not run', async () => {
    const { timing, ended, start } = given();
    let arrive = (_value: unknown): void => {};
    start('frozen', 1_000, new Promise((resolve) => (arrive = resolve)));
    timing.freeze(60_000);
    // Timers fire first; then what the sockets have waiting is read.
    const running = timing.advance(0);
    setImmediate(() => arrive('answer'));
    await running;
    expect(ended).toEqual(['frozen in time']);
  });

  it('keeps the process alive for as long as somebody waits, and no longer', async () => {
    const { timing, start } = given();
    let answer = (_value: unknown): void => {};
    start('waited for', 1_000, new Promise((resolve) => (answer = resolve)));
    start('endless', Infinity);
    expect(timing.holds).toBe(1);
    answer('done');
    await settle();
    expect(timing.holds).toBe(0);
    start('late', 1_000);
    expect(timing.holds).toBe(1);
    await timing.advance(1_000);
    expect(timing.holds).toBe(0);
  });
});
