import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresAuditLog } from '../../src/adapters/postgres/postgres-audit-log.ts';
import { PostgresFleetReader } from '../../src/adapters/postgres/postgres-fleet-reader.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import { PostgresOutbox } from '../../src/adapters/postgres/postgres-outbox.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { type Effect, effectKey } from '../../src/core/rollout/effect.ts';
import { initialRoute } from '../../src/core/rollout/wanted-route.ts';
import type { Failure, PendingEffect } from '../../src/engine/ports/outbox.ts';
import { quietTick } from '../support/quiet-tick.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { exampleNotice } from '../support/example-notice.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { policyNamed } from '../support/policy-named.ts';

let state: StateDatabase;
let outbox: PostgresOutbox;

beforeAll(async () => {
  state = await createStateDatabase();
  outbox = new PostgresOutbox(state.source);
});

afterAll(() => state.close());

/**
 * Moves the clock that leases and due times live by. By one millisecond too: of two things due at
 * once either may come first.
 */
async function pass(ms: number): Promise<void> {
  await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + $1', [ms]);
}

async function started(name: string): Promise<void> {
  await pass(1);
  const [clock]: { now: string }[] = await state.source.query('SELECT crossfade_state.now()');
  const policy = policyNamed(name);
  const rollout = createRollout(policy, `${name}-1`, 1, Number(clock?.now));
  await state.rollouts.create(rollout, policy);
}

/** A tick of the rollout that wants these effects and nothing else. */
async function decided(name: string, ...effects: readonly Effect[]): Promise<void> {
  await pass(1);
  await state.rollouts.wake([name]);
  const claim = await state.rollouts.claimDue('one', 10_000);
  if (claim?.rollout.policy !== name) throw new Error(`${name} is not due`);
  const dueAt = claim.now + 3_600_000;
  await state.rollouts.commit(claim, quietTick(claim, { effects, dueAt }));
}

async function taken(lane: string): Promise<PendingEffect> {
  const effect = await outbox.take(lane, 5_000);
  if (effect === null) throw new Error(`nothing is due in lane ${lane}`);
  return effect;
}

const revoke = (job: string): Effect => ({ kind: 'revokeJob', job, upTo: 1 });
const notify = (recipient: string, id = exampleNotice.id): Effect => ({
  kind: 'notify',
  recipient,
  notice: { ...exampleNotice, id },
});
const lane = 'notify channel of identity';
const failure = (error: string, retryAfterMs: number): Failure => ({
  error,
  retryAfterMs,
  isSetAside: false,
});
const setRoute = (flag: string): Effect => {
  const wanted = { spec: initialRoute(examplePolicy), version: 1, enable: false };
  return { kind: 'setRoute', flag, wanted, seen: 0 };
};

describe('the outbox', () => {
  it('performs an effect once, again only when it is asked for after it was done', async () => {
    await started('boxed');
    await decided('boxed', revoke('job'));
    const first = await taken('target boxed');
    expect(first).toMatchObject({ rollout: 'boxed-1', target: 'boxed', flagProvider: 'crossfade' });
    expect(await outbox.take('target boxed', 5_000)).toBeNull();
    await pass(5_001);
    await outbox.done(await taken('target boxed'));
    await decided('boxed', revoke('job'));
    expect(await outbox.dueLanes()).toEqual([]);
    await pass(2_001);
    await decided('boxed', revoke('job'));
    await outbox.done(await taken('target boxed'));
  });

  it('keeps routes and each target in a lane of their own', async () => {
    await started('laned');
    await decided('laned', revoke('one'), revoke('two'), setRoute('laned'));
    expect([...(await outbox.dueLanes())].sort()).toEqual(['flags of crossfade', 'target laned']);
    const route = await taken('flags of crossfade');
    expect(route.effect.kind).toBe('setRoute');
    expect(await outbox.dueLanes()).toEqual(['target laned']);
    expect(await outbox.take('flags of crossfade', 5_000)).toBeNull();
    await outbox.done(route);
    // Both are due in one millisecond as a rule, and then either may come first.
    const keys: string[] = [];
    for (let left = 2; left > 0; left -= 1) {
      const effect = await taken('target laned');
      keys.push(effect.key);
      await outbox.done(effect);
    }
    expect(keys.toSorted()).toEqual(['one', 'two'].map((job) => effectKey(revoke(job))));
  });

  it('drops what is wanted no more, also what a worker had taken that crashed', async () => {
    await started('fickle');
    await decided('fickle', revoke('crashed'), revoke('waiting'));
    await taken('target fickle');
    await decided('fickle', revoke('wanted'));
    await pass(5_001);
    const left = await taken('target fickle');
    expect(left.effect).toEqual(revoke('wanted'));
    await outbox.done(left);
    expect(await outbox.dueLanes()).toEqual([]);
  });

  it('leaves what was dropped while it was performed dropped, whatever became of it', async () => {
    await started('slow');
    await decided('slow', revoke('failed'));
    const performed = await taken('target slow');
    await decided('slow');
    await outbox.failed(performed, failure('no answer', 0));
    expect(await outbox.dueLanes()).toEqual([]);
  });

  it('keeps a message for whoever comes after a process that died on it, and tells it once more', async () => {
    await started('told');
    await decided('told', notify('channel'));
    // Taken, and killed between sending it and saying so.
    const sent = await taken(lane);
    await decided('told', revoke('job'));
    expect(await outbox.take(lane, 5_000)).toBeNull();
    await pass(5_001);
    const again = await taken(lane);
    expect(again.effect).toEqual(sent.effect);
    expect(again.project).toBe('identity');
    await outbox.done(again);
    await pass(60_000);
    await decided('told', notify('channel'));
    expect(await outbox.take(lane, 5_000)).toBeNull();
  });

  it('keeps the messages of a rollout to a recipient in their order, those of others apart', async () => {
    const busy = 'notify busy of identity';
    const idOf = ({ rollout, effect }: PendingEffect): string =>
      `${rollout} ${effect.kind === 'notify' ? effect.notice.id : ''}`;
    await started('first');
    await started('second');
    // By their names they would go the other way round.
    await decided('first', notify('busy', 'z'));
    await decided('second', notify('busy', 'z'));
    const head = await taken(busy);
    await decided('first', notify('busy', 'y'));
    // One is being sent, and one waits for it; the other rollout waits for neither.
    const other = await taken(busy);
    expect([idOf(head), idOf(other)].sort()).toEqual(['first-1 z', 'second-1 z']);
    expect(await outbox.dueLanes()).not.toContain(busy);
    await outbox.done(other);
    await outbox.failed(head, failure('answered 503', 60_000));
    expect(await outbox.take(busy, 5_000)).toBeNull();
    // A new one hurries the first, and still does not go before it.
    await decided('first', notify('busy', 'x'));
    expect(idOf(await taken(busy))).toBe('first-1 z');
    expect(await outbox.take(busy, 5_000)).toBeNull();
    // What is asked for again hurries nothing.
    await outbox.failed(head, failure('answered 503', 60_000));
    await decided('first', notify('busy', 'x'));
    expect(await outbox.dueLanes()).not.toContain(busy);
    await pass(60_001);
    const again = await taken(busy);
    await outbox.failed(again, { error: 'answered 400', retryAfterMs: 60_000, isSetAside: true });
    for (const id of ['y', 'x']) {
      const next = await taken(busy);
      expect(idOf(next)).toBe(`first-1 ${id}`);
      expect(await outbox.take(busy, 5_000)).toBeNull();
      await outbox.done(next);
    }
    await pass(60_001);
    expect(idOf(await taken(busy))).toBe('first-1 z');
  });

  it('shows messages that nobody accepts, and gives them up', async () => {
    await started('untold');
    await decided('untold', notify('silent'));
    const silent = 'notify silent of identity';
    const observations = new PostgresObservationStore(state.source);
    expect(await observations.undelivered('untold-1')).toEqual([]);
    await outbox.failed(await taken(silent), failure('answered 503', 1_000));
    const title = 'users-birthdate is rolled back at share 25%';
    const failed = { recipient: 'silent', title, attempts: 1, error: 'answered 503' };
    expect(await observations.undelivered('untold-1')).toEqual([{ ...failed, isGivenUp: false }]);
    await pass(1_001);
    await outbox.abandon(await taken(silent), 'answered 410');
    expect(await observations.undelivered('untold-1')).toEqual([
      { ...failed, attempts: 2, error: 'answered 410', isGivenUp: true },
    ]);
    const { id, urgency } = exampleNotice;
    expect(
      await new PostgresAuditLog(state.source).about('untold-1', ['give up message'], 9),
    ).toMatchObject([
      {
        actor: 'crossfade',
        detail: { recipient: 'silent', message: id, urgency, attempts: 2, error: 'answered 410' },
      },
    ]);
    await pass(3_600_000);
    expect(await outbox.dueLanes()).not.toContain(silent);
    const { queues } = await new PostgresFleetReader(state.source).read(1, 0);
    const waiting = queues.find(({ name }) => name === 'effects')?.oldestMs ?? 0;
    // What was given up an hour ago waits for nothing.
    expect(waiting).toBeLessThan(3_600_000);
  });
});
