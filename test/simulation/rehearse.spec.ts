import { describe, expect, it } from '@jest/globals';
import type { Policy } from '../../src/core/policy/policy.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';
import { unroutedPolicy } from '../support/unrouted-policy.ts';

const rehearsing: Policy = {
  ...unroutedPolicy,
  steps: [{ kind: 'rehearse' }, ...unroutedPolicy.steps],
};

const kindsIn = ({ jobs }: SimulatedWorld) => jobs.states.map(({ kind }) => kind);

describe('a rollout that is rehearsed first', () => {
  it('creates nothing until the rehearsal has passed', () => {
    const world = new SimulatedWorld(rehearsing);
    world.jobs.takesMs = 3_000;
    const early = world.runUntil(
      (it) => !it.jobs.has('rehearse') && kindsIn(it).includes('expand'),
    );
    expect(early).toBe(false);
    expect(kindsIn(world).slice(0, 2)).toEqual(['rehearse', 'expand']);
  });

  it('stops rehearsing when a person takes it back', () => {
    const world = new SimulatedWorld(rehearsing);
    world.jobs.takesMs = 600_000;
    world.runUntil(({ jobs }) => jobs.states.length > 0);
    world.ask('rollback');
    world.runUntil(({ jobs }) => jobs.states[0]?.status === 'revoked');
    expect(world.jobs.has('expand')).toBe(false);
    expect(world.jobs.states[0]).toMatchObject({ kind: 'rehearse', status: 'revoked' });
  });
});
