import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { unitsInShare } from '../../../test/support/one-bad-unit.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import type { Policy } from '../policy/policy.ts';

const notify = { page: ['oncall'], info: ['channel', 'oncall'] };
const told: Policy = { ...examplePolicy, notify };

/** A rollout at that share, of which everything so far has been told. */
function at(percent: number, change: Partial<Policy> = {}): SimulatedWorld {
  const world = new SimulatedWorld({ ...told, ...change });
  const arrived = (it: SimulatedWorld): boolean =>
    it.rollout.route.spec.share === percent && it.rollout.step.settledAt !== null;
  expect(world.runUntil(arrived)).toBe(true);
  world.notices.length = 0;
  return world;
}

const urgencies = (world: SimulatedWorld): readonly string[] =>
  world.notices.map(
    ({ recipient, notice }) => `${recipient}: ${notice.urgency} ${notice.action} → ${notice.to}`,
  );

describe('people', () => {
  it('are told of each step of a healthy rollout as news, and of nothing else', () => {
    const world = new SimulatedWorld(told);
    expect(world.runUntil((it) => it.rollout.phase === 'completed', 2_000)).toBe(true);
    const news = world.notices.filter(({ recipient }) => recipient === 'channel');
    const decided = world.outcomes.flatMap(({ decision }) => decision ?? []);
    const expected = decided.filter(({ action }) =>
      ['start', 'advance', 'complete'].includes(action),
    );
    expect(news.map(({ notice }) => notice.at)).toEqual(expected.map((one) => one.at));
    expect(world.notices.every(({ notice }) => notice.urgency === 'info')).toBe(true);
    expect(new Set(news.map(({ notice }) => notice.id)).size).toBe(news.length);
  });

  it('are woken by a rollback of many, and told when it has arrived and how long it took', () => {
    const world = at(25);
    world.verdicts = { errors: 'fail' };
    expect(world.runUntil((it) => it.rollout.phase === 'rolled_back')).toBe(true);
    expect(urgencies(world)).toEqual([
      'oncall: page rollback → rolling_back',
      'channel: page rollback → rolling_back',
      'channel: info rollback → rolled_back',
      'oncall: info rollback → rolled_back',
    ]);
    const [begun, , arrived] = world.notices.map(({ notice }) => notice);
    expect(begun).toMatchObject({ share: 25, step: 'share 25%', since: null });
    expect(arrived).toMatchObject({ since: begun?.at, waitsFor: expect.stringMatching(/retry/) });
  });

  it('find a ticket in the morning when few were exposed', () => {
    const world = new SimulatedWorld(told);
    expect(world.runUntil((it) => it.rollout.firstExposureAt !== null)).toBe(true);
    world.notices.length = 0;
    world.verdicts = { errors: 'fail' };
    world.runUntil((it) => it.rollout.phase === 'rolling_back');
    expect(urgencies(world)).toEqual([
      'channel: ticket rollback → rolling_back',
      'oncall: ticket rollback → rolling_back',
    ]);
  });

  it('are woken when the patience of a step has ended, not by the wait before it', () => {
    const world = at(25);
    world.verdicts = { errors: 'inconclusive' };
    expect(world.runUntil((it) => it.rollout.phase === 'paused')).toBe(true);
    expect(world.outcomes.some(({ decision }) => decision?.action === 'extend')).toBe(true);
    expect(urgencies(world)[0]).toBe('oncall: page pause → paused');
    expect(world.notices[0]?.notice.waitsFor).toMatch(/crossfade resume users-birthdate/);
  });

  it('are not woken by what one of them asked for', () => {
    const world = at(25);
    world.ask('pause');
    world.tick();
    world.ask('rollback');
    world.tick();
    expect(new Set(world.notices.map(({ notice }) => notice.urgency))).toEqual(new Set(['info']));
    expect(world.notices.map(({ notice }) => notice.by)).toContain('alice');
  });

  it('are told of a unit that is sent back, and woken by the last one that may be', () => {
    const world = at(25);
    const [first = '', second = ''] = unitsInShare(world);
    world.bad = [first];
    world.tick(1_000);
    expect(urgencies(world)).toContain('channel: info quarantine → running');
    world.notices.length = 0;
    world.bad = [first, second];
    world.tick(1_000);
    expect(urgencies(world)).toEqual([
      'oncall: page quarantine → running',
      'channel: page quarantine → running',
    ]);
  });

  it('hear of a hold that the machine does not lift after half an hour, once', () => {
    const world = at(25);
    world.evidenceFlows = false;
    world.runUntil((it) => it.rollout.hold !== null);
    expect(urgencies(world).filter((text) => text.includes('hold'))).toEqual([]);
    world.notices.length = 0;
    for (let minute = 0; minute < 40; minute += 1) world.tick(60_000);
    const pages = world.notices.filter(({ recipient }) => recipient === 'oncall');
    expect(new Set(pages.map(({ notice }) => notice.id)).size).toBe(1);
    expect(pages[0]?.notice).toMatchObject({
      urgency: 'page',
      since: world.rollout.hold?.since,
      reason: expect.stringMatching(/^for 30 minutes: noData/),
    });
  });

  it('are told of all by the one route that there is, and of nothing without a route', () => {
    const paused = (routes: Partial<Policy>): readonly string[] => {
      const world = at(25, routes);
      world.verdicts = { errors: 'inconclusive' };
      world.runUntil((it) => it.rollout.phase === 'paused');
      return urgencies(world);
    };
    expect(paused({ notify: { page: [], info: ['channel'] } })).toEqual([
      'channel: page pause → paused',
    ]);
    expect(paused({ notify: { page: ['oncall'], info: [] } })).toEqual([
      'oncall: page pause → paused',
    ]);
    const { notify: _, ...silent } = told;
    const world = new SimulatedWorld(silent);
    world.runUntil((it) => it.rollout.phase === 'completed', 2_000);
    expect(world.notices).toEqual([]);
  });
});
