import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { replicaLag, type WalBeat, withBeat } from './replica-lag.ts';

/** A look every 100 ms, with the log growing by `step` bytes in between. */
function looks(count: number, step: number, replayed: number | null): readonly WalBeat[] {
  let beats: readonly WalBeat[] = [];
  for (let n = 0; n < count; n += 1) {
    beats = withBeat(beats, { wal: n * step, at: n * 100 }, replayed);
  }
  return beats;
}

describe('replicaLag', () => {
  it('is none without a replica, and with one that has replayed all', () => {
    expect(replicaLag(looks(10, 1, null), null, 1_000)).toBe(0);
    expect(replicaLag(looks(10, 1, 9), 9, 1_000)).toBe(0);
  });

  it('grows from the moment at which the log stood where the replica has not come to', () => {
    expect(replicaLag(looks(10, 1, 4), 4, 900)).toBe(400);
    expect(replicaLag(looks(10, 1, 4), 4, 5_000)).toBe(4_500);
  });

  it('is none on a target that nobody writes to, however long', () => {
    expect(replicaLag(looks(50, 0, 0), 0, 60_000)).toBe(0);
  });

  it('keeps the oldest beat that counts, and not too many of them', () => {
    const beats = looks(5_000, 1, 4);
    expect(beats.length).toBeLessThan(1_100);
    expect(replicaLag(beats, 4, 500_000)).toBe(499_500);
  });

  it('is never more than the time since the last beat that the replica has passed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ step: fc.nat(5), passed: fc.nat(3) }), {
          minLength: 1,
          maxLength: 60,
        }),
        (moments) => {
          let [wal, replayed, level, now] = [0, 0, 0, 0];
          let beats: readonly WalBeat[] = [];
          for (const { step, passed } of moments) {
            now += 100;
            wal += step;
            replayed = Math.min(wal, replayed + passed);
            if (replayed === wal) level = now;
            beats = withBeat(beats, { wal, at: now }, replayed);
            const lag = replicaLag(beats, replayed, now);
            expect(lag).toBeLessThanOrEqual(now - level);
            expect(lag > 0).toBe(beats.some((one) => one.wal > replayed && one.at < now));
          }
        },
      ),
    );
  });
});
