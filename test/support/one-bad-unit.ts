import type { Policy } from '../../src/core/policy/policy.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { examplePolicy } from './example-policy.ts';
import { SimulatedWorld } from './simulated-world.ts';

/** A world whose rollout has acknowledged the share of so many percent. */
export function worldAt(percent: number, policy: Policy = examplePolicy): SimulatedWorld {
  const world = new SimulatedWorld(policy);
  if (!world.runUntil(settledAt(percent))) throw new Error(`never came to ${percent} %`);
  return world;
}

export const settledAt = (percent: number) => (world: SimulatedWorld) =>
  world.flag?.route.share === percent && world.rollout.step.settledAt !== null;

/** Units that the new side serves in that world, by the hash. */
export function unitsInShare({ flag }: SimulatedWorld): string[] {
  return Array.from({ length: 200 }, (_, n) => `tenant-${n}`).filter(
    (unit) => flag !== null && stageOfUnit(flag.route, unit).side === 'new',
  );
}
