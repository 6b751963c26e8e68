import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresOutbox } from '../../src/adapters/postgres/postgres-outbox.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import type { RouteSpec } from '../../src/core/protocol/route.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { completeRoute, initialRoute } from '../../src/core/rollout/wanted-route.ts';
import { quietTick } from '../support/quiet-tick.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { policyNamed } from '../support/policy-named.ts';

/** Longer than a busy machine takes from one claim to the next. */
const leaseMs = 60_000;

let state: StateDatabase;

beforeAll(async () => {
  state = await createStateDatabase();
});

afterAll(() => state.close());

describe('a start', () => {
  it('is refused while another policy uses the flag, or changes the table', async () => {
    await state.rollouts.create(
      createRollout(policyNamed('first'), 'first-1', 1, 0),
      policyNamed('first'),
    );
    const sameFlag = policyNamed('second', { flag: { provider: 'crossfade', name: 'first' } });
    const sameTable = policyNamed('third', { target: 'first' });
    const both = policyNamed('both', { target: 'first', flag: sameFlag.flag });
    for (const [policy, shared] of [
      [sameFlag, 'uses flag first'],
      [sameTable, 'changes users'],
      [both, 'uses flag first and changes users'],
    ] as const) {
      const created = state.rollouts.create(createRollout(policy, policy.name, 1, 0), policy);
      await expect(created).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(
          `the rollout of first (not begun, 20 s at the least to its end) ${shared} as well; `,
        ),
      });
    }
    const other = policyNamed('fourth');
    await state.rollouts.create(createRollout(other, 'fourth-1', 1, 0), other);
  });

  it('leaves an earlier attempt nothing to do: it neither ticks nor retires what is in use again', async () => {
    const policy = policyNamed('again');
    const first = createRollout(policy, 'again-1', 1, 0);
    await state.rollouts.create(first, policy);
    for (let claim = await state.rollouts.claimDue('one', leaseMs); claim !== null;) {
      const mine = claim.rollout.id === first.id;
      const rollout = mine ? { ...first, phase: 'rolled_back' as const } : claim.rollout;
      const effects = mine
        ? [{ kind: 'revokeJob', job: 'again-1/backfill', upTo: 1 } as const]
        : [];
      const dueAt = mine ? claim.now + 86_400_000 : null;
      await state.rollouts.commit(claim, quietTick(claim, { rollout, effects, dueAt }));
      claim = await state.rollouts.claimDue('one', leaseMs);
    }
    await state.rollouts.create(createRollout(policy, 'again-2', 2, 0), policy);
    await state.rollouts.wake(['again']);
    expect((await state.rollouts.claimDue('one', leaseMs))?.rollout.id).toBe('again-2');
    expect(await state.rollouts.claimDue('one', leaseMs)).toBeNull();
    expect(await new PostgresOutbox(state.source).dueLanes()).toEqual([]);
  });
});

describe('the flag of a policy', () => {
  /** Begins an attempt and ends it as told, without a decision in between. */
  async function ended(policy: Policy, attempt: number, end: 'rolled_back' | 'aborted') {
    const id = `${policy.name}-${attempt}`;
    const rollout = createRollout(policy, id, attempt, 0);
    await state.rollouts.create(rollout, policy);
    await state.rollouts.wake([policy.name]);
    for (;;) {
      const claim = await state.rollouts.claimDue('one', leaseMs);
      if (claim === null) throw new Error(`${id} is not due`);
      const mine = claim.rollout.id === id;
      const dueAt = mine ? null : claim.now + 86_400_000;
      const after = mine ? { ...rollout, phase: end } : claim.rollout;
      await state.rollouts.commit(claim, quietTick(claim, { rollout: after, dueAt }));
      if (mine) return;
    }
  }

  const start = (policy: Policy, attempt: number): Promise<unknown> =>
    state.rollouts.create(createRollout(policy, `${policy.name}-${attempt}`, attempt, 0), policy);

  const onFlag = (name: string, flag: Policy['flag']): Policy =>
    policyNamed(name, { flag, revision: JSON.stringify(flag) });

  it('stays the same for every attempt, since instances still hear the one left behind', async () => {
    const own = policyNamed('moved');
    await ended(own, 1, 'rolled_back');
    const renamed = onFlag('moved', { provider: 'crossfade', name: 'elsewhere' });
    const foreign = onFlag('moved', { provider: 'unleash', name: 'moved' });
    for (const policy of [renamed, foreign]) {
      await expect(start(policy, 2)).rejects.toMatchObject({
        code: 'conflict',
        message:
          'attempt 1 of moved left its route on flag moved of crossfade, which instances still ' +
          'hear; name that flag again, or give the change a policy of its own',
      });
    }
    await expect(start(own, 2)).resolves.toBeDefined();
  });

  it('may change after an attempt that was ended before it began', async () => {
    await ended(policyNamed('early'), 1, 'aborted');
    const renamed = onFlag('early', { provider: 'crossfade', name: 'early-2' });
    await expect(start(renamed, 2)).resolves.toBeDefined();
  });

  it('belongs to its policy also when that has long ended', async () => {
    const own = policyNamed('owner');
    await ended(own, 1, 'rolled_back');
    const flags = new PostgresFlagProvider(state.source);
    await flags.set({ name: 'owner', spec: initialRoute(own), version: 1, enable: true });
    await expect(start(onFlag('heir', own.flag), 1)).rejects.toMatchObject({
      code: 'conflict',
      message:
        'flag owner carries the route of owner, which instances still hear; name another flag',
    });
  });
});

describe('the audit', () => {
  it('knows who began a rollout and who switched a flag', async () => {
    const policy = policyNamed('audited');
    await state.rollouts.create(createRollout(policy, 'audited-1', 1, 0), policy, { by: 'alice' });
    const flags = new PostgresFlagProvider(state.source);
    await flags.set({ name: 'audited', spec: initialRoute(policy), version: 1, enable: true });
    await flags.edit('audited', { enabled: false }, 'bob');
    const rows: { act: string }[] = await state.source.query(
      `SELECT actor || ' ' || action || ' ' || subject AS act FROM crossfade_state.audit
       WHERE subject LIKE 'audited%' ORDER BY id`,
    );
    expect(rows.map(({ act }) => act)).toEqual(['alice start audited-1', 'bob edit flag audited']);
  });
});

describe('the flag', () => {
  const live: RouteSpec = {
    ...initialRoute(examplePolicy),
    baseStage: 'shadow',
    canaryStage: 'live',
    share: 25,
  };

  it('keeps what a person did after the decision was made, unless everybody is to go back', async () => {
    const flags = new PostgresFlagProvider(state.source);
    await flags.set({ name: 'raced', spec: live, version: 1, enable: true });
    const seen = (await flags.read('raced'))?.route.revision ?? 0;
    await flags.edit('raced', { enabled: false }, 'bob');
    const wider = { name: 'raced', spec: { ...live, share: 50 }, enable: true };
    await flags.set({ ...wider, version: 2, seen });
    expect(await flags.read('raced')).toMatchObject({
      version: null,
      changedBy: 'bob',
      route: { enabled: false, share: 25 },
    });
    const back = { name: 'raced', spec: initialRoute(examplePolicy), enable: false };
    await flags.set({ ...back, version: 3, seen });
    expect(await flags.read('raced')).toMatchObject({ version: 3, route: { share: 0 } });
  });

  it('never goes back to a side that contract has taken away', async () => {
    const flags = new PostgresFlagProvider(state.source);
    await flags.set({ name: 'done', spec: completeRoute(live), version: 1, enable: true });
    const back = { name: 'done', spec: initialRoute(examplePolicy), enable: true };
    await flags.set({ ...back, version: 9 });
    expect((await flags.read('done'))?.route).toMatchObject({ baseStage: 'complete' });
  });
});
