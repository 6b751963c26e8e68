import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../support/example-policy.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';
import { viewRollout } from '../../src/core/rollout/view-rollout.ts';
import { stepName } from '../../src/core/policy/step.ts';

const at = (name: string) => (world: SimulatedWorld) =>
  stepName(world.policy.steps[world.rollout.step.index] ?? { kind: 'expand' }) === name;
const ended = (phase: string) => (world: SimulatedWorld) => world.rollout.phase === phase;

describe('decide', () => {
  it('carries a healthy migration through every step to its end', () => {
    const world = new SimulatedWorld();
    expect(world.runUntil(ended('completed'))).toBe(true);
    const advances = world.outcomes.flatMap(({ decision }) =>
      decision?.action === 'advance' ? [decision.step] : [],
    );
    expect(advances).toEqual([
      'backfill',
      'verify',
      'shadow',
      'ring internal',
      'share 25%',
      'share 90%',
      'share 100%',
      'soak',
      'contract',
      'contract',
    ]);
    expect(world.rollout.exposurePeak).toBe(100);
    expect(world.flag?.route).toMatchObject({ baseStage: 'complete', safeSide: 'new', pinned: [] });
  });

  it('rolls back on harm, waits for arrival, and ends there', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('share 25%'));
    world.verdicts = { errors: 'fail' };
    const outcome = world.tick();
    expect(outcome.decision).toMatchObject({ action: 'rollback', to: 'rolling_back' });
    expect(outcome.decision?.reason).toContain('errors: fail as told');
    expect(world.runUntil(ended('rolled_back'))).toBe(true);
    expect(world.flag?.route).toMatchObject({ baseStage: 'off', canaryStage: 'off', share: 0 });
    expect(world.routeRow?.kill).toBe(true);
    expect(world.rollout.rollback?.convergedAt).not.toBeNull();
  });

  it('ends shadow reads as well when it rolls back before anybody was exposed', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('shadow'));
    world.verdicts = { reads: 'fail' };
    expect(world.runUntil(ended('rolled_back'))).toBe(true);
    expect(world.flag?.route).toMatchObject({ baseStage: 'off', canaryStage: 'off' });
    expect(world.instances.map(({ route }) => route?.baseStage)).toEqual(['off', 'off']);
    expect(world.rollout.exposurePeak).toBe(0);
  });

  it('does not call a rollback arrived while a silent instance may wake up', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('share 25%'));
    world.runUntil((it) => it.rollout.step.settledAt !== null);
    const frozen = world.instances[1];
    if (frozen === undefined) throw new Error('no second instance');
    frozen.alive = false;
    world.verdicts = { errors: 'fail' };
    world.runUntil(ended('rolled_back'), 100);
    expect(world.rollout.phase).toBe('rolling_back');
    expect(world.rollout.hold?.reason).toContain('api-2');
    // Said anew each time that somebody looks, with how long it may last at the most.
    const { policy, rollout, now } = world;
    const view = viewRollout({ policy, rollout, now, observations: world.observe() });
    expect(view.waitingFor).toMatch(
      /^rollback has not arrived: api-2 is silent for \d+ s, and counts as gone after \d+ s$/,
    );
    frozen.alive = true;
    expect(world.runUntil(ended('rolled_back'))).toBe(true);
  });

  it('holds while no data comes, goes on by itself, and never promotes meanwhile', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('share 25%'));
    world.runUntil((it) => it.rollout.step.settledAt !== null);
    world.evidenceFlows = false;
    for (let count = 0; count < 40; count += 1) world.tick();
    const held = world.rollout.step.index;
    expect(world.rollout.hold?.code).toBe('noData');
    expect(world.rollout.phase).toBe('running');
    for (let count = 0; count < 40; count += 1) world.tick();
    expect(world.rollout.step.index).toBe(held);
    world.evidenceFlows = true;
    expect(world.runUntil((it) => it.rollout.step.index > held)).toBe(true);
  });

  it('says noData when all instances fall silent in the middle of a step', () => {
    const steps = examplePolicy.steps.map((step) =>
      step.kind === 'share' ? { ...step, bakeMs: 10_000 } : step,
    );
    const world = new SimulatedWorld({ ...examplePolicy, steps });
    world.runUntil(at('share 25%'));
    world.runUntil((it) => it.rollout.step.settledAt !== null);
    for (const instance of world.instances) instance.alive = false;
    for (let count = 0; count < 40; count += 1) world.tick();
    expect(world.rollout.hold?.code).toBe('noData');
    expect(world.rollout.phase).toBe('running');
    for (const instance of world.instances) instance.alive = true;
    expect(world.runUntil(ended('completed'))).toBe(true);
  });

  it('does not expose anybody before the history is known', () => {
    const world = new SimulatedWorld();
    world.historySeconds = 1;
    for (let count = 0; count < 100; count += 1) world.tick();
    expect(at('shadow')(world)).toBe(true);
    expect(world.rollout.hold?.code).toBe('history');
    world.historySeconds = 5;
    expect(world.runUntil(at('ring internal'))).toBe(true);
  });

  it('needs the instances that the service should have', () => {
    const world = new SimulatedWorld({
      ...examplePolicy,
      services: [{ name: 'users-api', atLeast: 3 }],
    });
    for (let count = 0; count < 100; count += 1) world.tick();
    expect(at('shadow')(world)).toBe(true);
    expect(world.rollout.hold).toMatchObject({ code: 'instances' });
    expect(world.rollout.hold?.reason).toContain('users-api 2/3');
  });

  it('stops when a person switches the flag off, and does not switch it on by itself', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('share 25%'));
    world.toggle(false);
    const outcome = world.tick();
    expect(outcome.decision).toMatchObject({ action: 'pause', by: 'bob' });
    for (let count = 0; count < 50; count += 1) world.tick();
    expect(world.flag?.route.enabled).toBe(false);
    world.toggle(true);
    for (let count = 0; count < 50; count += 1) world.tick();
    expect(world.rollout.phase).toBe('paused');
    world.ask('resume');
    expect(world.runUntil(at('share 90%'))).toBe(true);
    expect(world.flag?.route.enabled).toBe(true);
  });

  it('pauses when the patience of a step ends', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('share 25%'));
    world.verdicts = { errors: 'inconclusive' };
    expect(world.runUntil(ended('paused'))).toBe(true);
    expect(world.rollout.stop?.reason).toContain('patience');
    expect(world.outcomes.some(({ decision }) => decision?.action === 'extend')).toBe(true);
  });

  it('waits for confirmation before contract, and refuses a rollback after its gate', () => {
    const steps = examplePolicy.steps.map((step) =>
      step.kind === 'contract' ? { ...step, approve: 'admin' as const } : step,
    );
    const world = new SimulatedWorld({ ...examplePolicy, steps });
    world.runUntil(at('contract'));
    for (let count = 0; count < 50; count += 1) world.tick();
    expect(world.jobs.states.some((job) => job.kind === 'contract')).toBe(false);
    world.ask('complete');
    world.runUntil((it) => it.rollout.step.gatePassedAt !== null);
    world.ask('rollback');
    const refused = world.tick();
    expect(refused.answers).toEqual([
      { command: 'command-2', accepted: false, reason: expect.stringContaining('lose data') },
    ]);
    expect(world.runUntil(ended('completed'))).toBe(true);
  });

  it('asks again for whatever did not arrive', () => {
    const world = new SimulatedWorld();
    let dropped = 0;
    for (let count = 0; count < 400 && world.rollout.phase !== 'completed'; count += 1) {
      world.tick(500, () => {
        dropped += 1;
        return dropped % 3 === 0;
      });
    }
    expect(world.rollout.phase).toBe('completed');
  });

  it('freezes when the shapes differ after a rollback, and ends it once they agree again', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('share 90%'));
    world.jobs.differences = 3;
    world.ask('rollback');
    expect(world.runUntil(ended('frozen'))).toBe(true);
    expect(world.rollout.stop?.reason).toContain('3 rows differ');
    world.jobs.differences = 0;
    world.ask('resume');
    expect(world.runUntil(ended('rolled_back'))).toBe(true);
    expect(
      world.outcomes.some(({ rollout }) => rollout.phase === 'running' && rollout.rollback),
    ).toBe(false);
  });

  it('sets the flag back when a person exposes units during a rollback, and starts over', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('share 25%'));
    world.ask('rollback');
    world.runUntil((it) => it.rollout.rollback?.flagSetAt !== null && it.rollout.rollback !== null);
    world.expose(50);
    const outcome = world.tick();
    expect(outcome.decision?.reason).toContain('bob changed the flag');
    expect(world.runUntil(ended('rolled_back'))).toBe(true);
    expect(world.flag?.route).toMatchObject({ share: 0, canaryStage: 'off' });
  });

  it('refuses to confirm what needs no confirmation', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('contract'));
    world.ask('complete');
    expect(world.tick().answers).toMatchObject([{ accepted: false }]);
    expect(world.runUntil(ended('completed'))).toBe(true);
  });

  it('holds contract while an instance of another build still runs', () => {
    const world = new SimulatedWorld();
    world.runUntil(at('soak'));
    world.stranger = true;
    for (let count = 0; count < 60; count += 1) world.tick();
    expect(world.rollout.step.gatePassedAt).toBeNull();
    expect(world.rollout.hold?.reason).toContain('old-build');
    world.stranger = false;
    expect(world.runUntil(ended('completed'))).toBe(true);
  });
});
