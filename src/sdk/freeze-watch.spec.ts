import { describe, expect, it } from '@jest/globals';
import { ManualTiming } from '../../test/support/manual-timing.ts';
import { FreezeWatch } from './freeze-watch.ts';

function given() {
  const timing = new ManualTiming();
  const frozen: number[] = [];
  const watch = new FreezeWatch(timing, 2_000, (since) => frozen.push(since));
  watch.start();
  return { timing, watch, frozen };
}

describe('FreezeWatch', () => {
  it('suspects nothing while the process runs', async () => {
    const { timing, watch, frozen } = given();
    await timing.advance(60_000);
    expect(watch.suspectSince()).toBeNull();
    expect(frozen).toEqual([]);
  });

  it('suspects a process that did not run for longer than the limit, whoever looks first', async () => {
    const byDecision = given();
    byDecision.timing.freeze(2_001);
    expect(byDecision.watch.suspectSince()).toBe(byDecision.timing.monotonicMs());
    const byBeat = given();
    byBeat.timing.freeze(2_001);
    await byBeat.timing.advance(1_000);
    expect(byBeat.watch.suspectSince()).not.toBeNull();
    expect(byBeat.frozen).toHaveLength(1);
    expect(byBeat.watch.freezes).toBe(1);
  });

  it('lets a pause within the limit pass', () => {
    const { timing, watch } = given();
    timing.freeze(2_000);
    expect(watch.suspectSince()).toBeNull();
  });

  it('is calmed only by an answer to what was sent afterwards', () => {
    const { timing, watch } = given();
    const before = timing.monotonicMs();
    timing.freeze(5_000);
    expect(watch.suspectSince()).not.toBeNull();
    watch.confirmed(before);
    expect(watch.suspectSince()).not.toBeNull();
    watch.confirmed(timing.monotonicMs());
    expect(watch.suspectSince()).toBeNull();
  });
});
