import { describe, expect, it } from '@jest/globals';
import type { EvidenceTick } from '../../src/core/judge/evidence-tick.ts';
import { Courier } from './delivery.ts';
import { Random } from '../../src/core/simulation/random.ts';
import type { Delivery } from './world.ts';

function ticks(count: number): EvidenceTick[] {
  return Array.from({ length: count }, (_, index) => ({
    at: 5_000 * index,
    revision: index < count / 2 ? 1 : 2,
    seconds: 5,
    units: [
      { unit: 'a', cohort: 'canary', requests: 40, failed: 4 },
      { unit: 'b', cohort: 'baseline', requests: 60, failed: 0 },
    ],
    latency: [],
    comparisons: [],
  }));
}

function sum(tick: EvidenceTick, key: 'requests' | 'failed'): number {
  return tick.units.reduce((total, counts) => total + counts[key], 0);
}

describe('Courier', () => {
  it('carries everything at once when it is prompt', () => {
    const courier = new Courier('prompt', new Random(1));
    const all = ticks(20);
    expect(all.map((tick) => courier.carry(tick))).toEqual(all);
  });

  it('carries a quarter 15 s late, and loses nothing but what is still on its way', () => {
    const courier = new Courier('late', new Random(1));
    const carried = ticks(400).map((tick) => courier.carry(tick));
    expect(carried.slice(0, 1).every((tick) => sum(tick, 'requests') < 100)).toBe(true);
    const requests = carried.reduce((total, tick) => total + sum(tick, 'requests'), 0);
    expect(requests).toBeGreaterThan(400 * 100 - 150);
    expect(requests).toBeLessThan(400 * 100 - 30);
    for (const { units } of carried) {
      for (const { requests: all, failed } of units) expect(failed).toBeLessThanOrEqual(all);
    }
  });

  it('keeps late counts under the revision that they were made under', () => {
    const courier = new Courier('late', new Random(1));
    const carried = ticks(20).map((tick) => courier.carry(tick));
    expect(carried[10]?.revision).toBe(1);
    expect(carried[10]?.parts?.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(carried[14]?.revision).toBe(2);
  });

  it('at its worst loses ticks, carries the rest late, and never half of a tick for good', () => {
    const courier = new Courier('worst', new Random(3));
    const carried = ticks(480).map((tick) => courier.carry(tick));
    const lost = carried.filter(({ revision }) => revision === null).length;
    expect(lost).toBeGreaterThan(8);
    expect(lost).toBeLessThan(48);
    const silent = carried.filter(({ units }) =>
      units.every(({ cohort }) => cohort === 'baseline'),
    );
    expect(silent.length).toBeGreaterThan(15);
    const parts = carried.flatMap((tick) => tick.parts ?? []);
    expect(parts.map(({ revision }) => revision)).toContain(1);
    for (const { units } of parts) {
      for (const { requests, failed } of units) expect(failed).toBeLessThanOrEqual(requests);
    }
  });

  it('restarts the judge before one tick in ten, where it does', () => {
    const count = (delivery: Delivery): number => {
      const courier = new Courier(delivery, new Random(5));
      return Array.from({ length: 1_000 }, () => courier.restarts()).filter(Boolean).length;
    };
    expect(['prompt', 'late', 'lossy'].map((delivery) => count(delivery as Delivery))).toEqual([
      0, 0, 0,
    ]);
    for (const delivery of ['restarts', 'worst'] as const) {
      expect(count(delivery)).toBeGreaterThan(70);
      expect(count(delivery)).toBeLessThan(130);
    }
  });

  it('loses one tick in twenty, and all of the new side for two minutes', () => {
    const courier = new Courier('lossy', new Random(3));
    const carried = ticks(480).map((tick) => courier.carry(tick));
    const lost = carried.filter(({ revision }) => revision === null).length;
    expect(lost).toBeGreaterThan(8);
    expect(lost).toBeLessThan(48);
    const silent = carried.filter(
      ({ revision, units }) =>
        revision !== null && units.every(({ cohort }) => cohort === 'baseline'),
    ).length;
    expect(silent).toBeGreaterThan(15);
    expect(silent).toBeLessThanOrEqual(24);
  });
});
