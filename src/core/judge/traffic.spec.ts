import { describe, expect, it } from '@jest/globals';
import { tickOf } from '../../../test/support/judged-ticks.ts';
import type { History, Traffic } from './judge-state.ts';
import { seenUnits, watchTraffic } from './traffic.ts';

const nothing: Traffic = { canaryUnits: [], expected: 0, seen: 0, shortSince: null };

/** The canary's unit used to make a third of what the baseline's makes. */
const history: History = {
  seconds: 100,
  units: [
    ['canary-0', 1000, 0],
    ['baseline-0', 3000, 0],
  ],
};

function run(canary: number, baseline: number, ticks: number, from = nothing, start = 0): Traffic {
  let traffic = from;
  for (let i = 1; i <= ticks; i += 1) {
    const tick = tickOf({
      at: start + i * 1000,
      canary: { requests: canary },
      baseline: { requests: baseline },
    });
    traffic = watchTraffic(traffic, history, tick);
  }
  return traffic;
}

describe('watchTraffic', () => {
  it('is content while the canary keeps its part', () => {
    const traffic = run(10, 30, 60);
    expect(traffic.shortSince).toBeNull();
    expect(traffic.seen / traffic.expected).toBeCloseTo(1, 2);
  });

  it('does not mind the time of day, which both sides share', () => {
    expect(run(1, 3, 300).shortSince).toBeNull();
  });

  it('notes since when less than half arrives, and forgets it when it comes back', () => {
    const lost = run(2, 30, 100, run(10, 30, 60), 60_000);
    expect(lost.shortSince).toBeGreaterThan(60_000);
    expect(lost.shortSince).toBeLessThan(110_000);
    expect(run(10, 30, 100, lost, 160_000).shortSince).toBeNull();
  });

  it('keeps expecting a unit that it saw once and that fell silent', () => {
    expect(run(0, 30, 100, run(10, 30, 5), 5000).shortSince).not.toBeNull();
  });

  it('says nothing about a handful of requests', () => {
    expect(run(0, 3, 10, run(1, 3, 1), 1000).shortSince).toBeNull();
  });

  it('expects nothing without a history to compare with', () => {
    const tick = tickOf({ at: 1000, canary: { requests: 0 }, baseline: { requests: 500 } });
    const unknown = { ...history, units: [] };
    expect(watchTraffic(nothing, unknown, tick).expected).toBe(0);
  });
});

describe('seenUnits', () => {
  const tick = tickOf({ at: 0, canary: { requests: 2, units: 3 }, baseline: { requests: 1 } });

  it('adds the units of a cohort that made requests', () => {
    expect(seenUnits(['x'], tick, 'canary')).toEqual(['x', 'canary-1', 'canary-2']);
  });

  it('keeps the list as it is when nobody is new', () => {
    const known = ['canary-1', 'canary-2'];
    expect(seenUnits(known, tick, 'canary')).toBe(known);
  });
});
