import { describe, expect, it } from '@jest/globals';
import { largeUnit, onePoint } from './faults.ts';
import { type Pace, usualPace } from './durations.ts';
import { spilling } from './further-worlds.ts';
import { slowHeavy, tailTriple } from './latency-worlds.ts';
import { drawScene } from './scene.ts';
import { drawTrace, strike } from './strike.ts';
import type { Trace } from './trace.ts';
import type { World } from './world.ts';
import { heavyUnits } from './worlds.ts';

const few = (world: World): World => ({ ...world, units: 20, history: 300, places: 'even' });
const slowFromStart = (at: number): Pace | null => (at >= 0 ? { ...usualPace, all: 2 } : null);
const sum = (counts: Int32Array): number => counts.reduce((all, count) => all + count, 0);
const sums = ({ requests, failed, newHarm, oldHarm }: Trace): readonly number[] =>
  [requests, failed, newHarm, oldHarm].map(sum);

describe('strike', () => {
  it('changes nothing but what the fault does, and not the scene', () => {
    const scene = drawScene(few(heavyUnits), 7);
    const before = sums(scene.trace);
    const harmed = strike(scene, onePoint);
    expect(sums(scene.trace)).toEqual(before);
    expect(harmed.requests).toBe(scene.trace.requests);
    expect(harmed.failed).toBe(scene.trace.failed);
    expect(harmed.oldHarm).toBe(scene.trace.oldHarm);
    expect(sum(harmed.newHarm)).toBeGreaterThan(1_000);
    expect(strike(scene, null)).toBe(scene.trace);
    expect(sums(drawTrace(few(heavyUnits), onePoint, 7))).toEqual(sums(harmed));
  });

  it('moves the unit that a fault is about to where it is exposed first', () => {
    const scene = drawScene(few(heavyUnits), 7);
    const { culprit, population, newHarm } = strike(scene, largeUnit);
    expect(population.place[culprit ?? -1]).toBe(0);
    expect(scene.trace.population.place[culprit ?? -1]).toBeGreaterThan(0);
    const others = newHarm.filter((_, cell) => cell % 20 !== culprit);
    expect([sum(newHarm) > 0, sum(others)]).toEqual([true, 0]);
  });

  it('draws anew only the durations that are slower', () => {
    const scene = drawScene(few(slowHeavy), 7);
    const { latency, moments } = strike(scene, tailTriple);
    for (const [index, { stage }] of moments.entries()) {
      const known = scene.trace.latency[index];
      expect(latency[index]?.old).toBe(known?.old);
      expect(latency[index]?.new === known?.new).toBe(stage.mode === 'before');
    }
    const both = strike(scene, {
      ...tailTriple,
      slowdowns: () => [{ struck: 'both', operation: 'read', pace: slowFromStart }],
    }).latency;
    expect(both[0]).toBe(scene.trace.latency[0]);
    expect(both.at(-1)?.old).not.toBe(scene.trace.latency.at(-1)?.old);
  });

  it('repeats failed requests in a trace of its own', () => {
    const scene = drawScene(few(spilling), 7);
    const calm = strike(scene, null);
    expect(sum(calm.requests)).toBeGreaterThan(sum(scene.trace.requests));
    expect(sum(strike(scene, onePoint).requests)).toBeGreaterThan(sum(calm.requests));
  });
});
