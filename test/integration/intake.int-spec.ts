import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresIntake } from '../../src/adapters/postgres/postgres-intake.ts';
import { PostgresObservationStore } from '../../src/adapters/postgres/postgres-observation-store.ts';
import type { InstanceReport } from '../../src/core/protocol/report.ts';
import type { Command, ObservedInstance } from '../../src/core/rollout/observations.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { initialRoute } from '../../src/core/rollout/wanted-route.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { examplePolicy } from '../support/example-policy.ts';

const day = 86_400_000;
const { name } = examplePolicy;
const rollout = createRollout(examplePolicy, `${name}-1`, 1, 0);

let state: StateDatabase;
let intake: PostgresIntake;
let flags: PostgresFlagProvider;

beforeAll(async () => {
  state = await createStateDatabase();
  intake = new PostgresIntake(state.source);
  flags = new PostgresFlagProvider(state.source);
  await state.rollouts.create(rollout, examplePolicy);
});

afterAll(() => state.close());

const report = (seq: number, change: Partial<InstanceReport> = {}): InstanceReport => ({
  service: 'users-api',
  instance: 'api-1',
  seq,
  implements: [name],
  acknowledged: [{ migration: name, revision: seq, safeSide: 'old', draining: 0 }],
  evidence: [],
  maxStaleMs: 900_000,
  leaving: false,
  ...change,
});

const instances = async (): Promise<readonly ObservedInstance[]> =>
  (await new PostgresObservationStore(state.source).gather(rollout, name)).instances;

const commands = async (): Promise<readonly Command[]> =>
  (await new PostgresObservationStore(state.source).gather(rollout, name)).commands;

async function pass(ms: number): Promise<void> {
  await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + $1', [ms]);
}

describe('an instance that said it leaves', () => {
  it('is not brought back by reports of its own that come late', async () => {
    await intake.report(report(1));
    await intake.report(report(3, { leaving: true }));
    expect(await instances()).toEqual([]);
    // Sent before it left, sent after, and its last word once more.
    for (const late of [report(2), report(4), report(3, { leaving: true })]) {
      await intake.report(late);
      expect(await instances()).toEqual([]);
    }
  });

  it('is gone even when its last word is the only one that ever came', async () => {
    await intake.report(report(9, { instance: 'api-2', leaving: true }));
    await intake.report(report(8, { instance: 'api-2' }));
    expect(await instances()).toEqual([]);
  });

  it('is remembered for a time and then forgotten; others stay as they are', async () => {
    const kept = async (): Promise<number> =>
      (await state.source.query<unknown[]>('SELECT FROM crossfade_state.instance')).length;
    await intake.forget(day);
    expect(await kept()).toBe(2);
    await pass(day + 900_001);
    await intake.report(report(1, { instance: 'api-3' }));
    await intake.forget(day);
    expect(await kept()).toBe(1);
    expect(await instances()).toMatchObject([{ instance: 'api-3' }]);
  });
});

describe('a command', () => {
  /** Commands are in the order of their times, and two of the same millisecond in any. */
  const ask = async (requestId: string | null = null): Promise<string> => {
    await pass(1);
    return intake.command(rollout.id, { verb: 'resume', by: 'alice', reason: null, requestId });
  };

  it('keeps which revision of the flag there was when it was given', async () => {
    await ask();
    await flags.set({ name, spec: initialRoute(examplePolicy), version: 1, enable: true });
    const before = (await flags.read(name))?.route.revision ?? 0;
    const first = await ask('one');
    const { route } = await flags.edit(name, { enabled: false }, 'bob');
    expect(await ask('one')).toBe(first);
    await ask();
    const seen = (await commands()).map(({ flagRevision }) => flagRevision);
    expect(seen).toEqual([0, before, route.revision]);
    expect(route.revision).toBeGreaterThan(before);
  });

  it('keeps which guard it sets aside, and for how long', async () => {
    const id = await intake.command(rollout.id, {
      verb: 'override',
      by: 'alice',
      reason: 'counts twice',
      requestId: null,
      guard: 'reads',
      forMs: 60_000,
    });
    const asked = (await commands()).find((one) => one.id === id);
    expect(asked).toMatchObject({ verb: 'override', guard: 'reads', forMs: 60_000 });
  });

  it('is known by its request, which is good for no other command', async () => {
    const id = await ask('mine');
    expect(await intake.sent('mine')).toBe(id);
    expect(await intake.sent('unknown')).toBeNull();
    const other = { verb: 'abort', by: 'alice', reason: null, requestId: 'mine' } as const;
    await expect(intake.command(rollout.id, other)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`request mine was resume of ${rollout.id}`),
    });
  });

  it('is listed with who asked and why, the last ones alone, and with its answer', async () => {
    const all = await intake.commands(rollout.id, 100);
    expect(all.length).toBeGreaterThan(2);
    const [last] = await intake.commands(rollout.id, 1);
    expect(all.at(-1)).toEqual(last);
    expect(last).toMatchObject({ by: 'alice', verb: 'resume', answer: null });
    await state.source.query(
      `UPDATE crossfade_state.command SET answered_at = 1, accepted = false, answer = 'no' WHERE id = $1`,
      [last?.id],
    );
    expect(await intake.commands(rollout.id, 1)).toEqual([
      { ...last, answer: { accepted: false, reason: 'no' } },
    ]);
    expect(await intake.commands('another-1', 100)).toEqual([]);
  });
});
