import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresAlertInbox } from '../../src/adapters/postgres/postgres-alert-inbox.ts';
import type { Alert } from '../../src/core/alerts/alert.ts';
import { actionOn, type AlertRule } from '../../src/core/alerts/alert-rule.ts';
import { PostgresRolloutStore } from '../../src/adapters/postgres/postgres-rollout-store.ts';
import { AlertIntake } from '../../src/engine/alert-intake.ts';
import { examineAlerts } from '../../src/engine/doctor/examine-alerts.ts';
import { Silence } from '../support/silence.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const rules: readonly AlertRule[] = [
  { match: { rollout: 'users-birthdate' }, do: 'rollback' },
  { match: { service: 'users', severity: 'page' }, do: 'hold' },
];
const began = 1_795_000_000_000;

let state: StateDatabase;
let inbox: PostgresAlertInbox;

beforeAll(async () => {
  state = await createStateDatabase();
  inbox = new PostgresAlertInbox(state.source);
});

beforeEach(async () => {
  await state.source.query('TRUNCATE crossfade_state.alert');
});

afterAll(() => state.close());

const alert = (change: Partial<Alert> = {}): Alert => ({
  source: 'alertmanager',
  fingerprint: 'e1db6c950a0714bd',
  status: 'firing',
  labels: { alertname: 'CheckoutErrors', rollout: 'users-birthdate' },
  summary: 'half of all payments fail',
  link: null,
  startsAt: began,
  endsAt: null,
  isPartial: false,
  ...change,
});

const firing = async (): Promise<readonly (number | null)[]> =>
  (await inbox.firing(rules)).map(({ startsAt }) => startsAt);

describe('the inbox of alerts', () => {
  it('is one row for each occurrence, however often it is told of', async () => {
    await inbox.take([alert(), alert()]);
    await inbox.take([alert({ summary: 'all payments fail' })]);
    expect(await inbox.recent(10)).toMatchObject([{ told: 2, summary: 'all payments fail' }]);
    expect(await firing()).toEqual([began]);
  });

  it('knows what is over in whatever order it is told', async () => {
    await inbox.take([alert({ status: 'resolved' })]);
    await inbox.take([alert()]);
    expect(await firing()).toEqual([]);
    await inbox.take([
      alert({ startsAt: began + 1 }),
      alert({ startsAt: began + 1, status: 'resolved' }),
    ]);
    expect(await firing()).toEqual([]);
    await inbox.take([alert({ startsAt: began + 2 })]);
    expect(await firing()).toEqual([began + 2]);
  });

  it('ends an occurrence of which nobody told the end when the next one begins', async () => {
    await inbox.take([alert()]);
    await inbox.take([alert({ startsAt: began + 60_000 })]);
    expect(await firing()).toEqual([began + 60_000]);
    await inbox.take([alert({ fingerprint: 'another' })]);
    expect(await firing()).toEqual([began + 60_000, began]);
  });

  it('takes a former occurrence that is told late for over', async () => {
    await inbox.take([alert({ startsAt: began + 60_000 })]);
    await inbox.take([alert()]);
    expect(await firing()).toEqual([began + 60_000]);
    await inbox.take([alert({ startsAt: began + 60_000, status: 'resolved' })]);
    await inbox.take([alert({ startsAt: began + 1 })]);
    expect(await firing()).toEqual([]);
  });

  it('ends by one end all that began before it, as pairs of senders tell of it', async () => {
    const ended = alert({ status: 'resolved', endsAt: began + 10_000 });
    await inbox.take([alert(), alert({ startsAt: began + 4_000 })]);
    await inbox.take([ended]);
    expect(await firing()).toEqual([]);
    await inbox.take([alert({ startsAt: began + 5_000 })]);
    expect(await firing()).toEqual([]);
    await inbox.take([alert({ startsAt: began + 10_000 }), alert({ fingerprint: 'another' })]);
    expect(await firing()).toEqual([began + 10_000, began]);
    const kept = await inbox.recent(10);
    expect(kept.map(({ endsAt }) => endsAt).filter((at) => at !== null)).toEqual([began + 10_000]);
  });

  it('knows of two notifications at once which is over', async () => {
    const starts = Array.from({ length: 40 }, (_, at) => began + at);
    await Promise.all(starts.map((startsAt) => inbox.take([alert({ startsAt })])));
    expect(await firing()).toEqual([began + 39]);
  });

  it('lets what has no beginning fire again', async () => {
    for (const status of ['firing', 'resolved', 'firing'] as const) {
      await inbox.take([alert({ startsAt: null, status })]);
      expect(await firing()).toEqual(status === 'firing' ? [null] : []);
    }
  });

  it('finds those that have all labels of a rule, and those that stand for left out ones', async () => {
    await inbox.take([
      alert({ fingerprint: 'a', labels: { service: 'users', severity: 'page', more: 'x' } }),
      alert({ fingerprint: 'b', labels: { service: 'users', severity: 'ticket' } }),
      alert({ fingerprint: 'c', labels: {} }),
      alert({ fingerprint: 'd', labels: {}, isPartial: true, startsAt: null }),
    ]);
    const found = (await inbox.firing(rules)).map(({ fingerprint }) => fingerprint);
    expect(found).toEqual(['a', 'd']);
    expect(await inbox.firing([])).toEqual([]);
  });

  it('does not let a crowd that asks for less hide one that does not', async () => {
    const labels = { rollout: 'users-birthdate', rollout_action: 'notify' };
    const crowd = Array.from({ length: 300 }, (_, at) =>
      alert({ fingerprint: `${at}`, labels, startsAt: began + 1_000 + at }),
    );
    await inbox.take([...crowd, alert()]);
    expect((await inbox.firing(rules))[0]).toMatchObject({ fingerprint: 'e1db6c950a0714bd' });
  });

  it('names an occurrence for as long as it lasts, and shows those alone that fire', async () => {
    await inbox.take([alert(), alert({ fingerprint: 'another' })]);
    const firingNow = await inbox.firing(rules);
    const found = firingNow.find(({ fingerprint }) => fingerprint !== 'another');
    await inbox.take([alert(), alert({ fingerprint: 'another', status: 'resolved' })]);
    const shown = await inbox.recent(10, true);
    expect(shown.map(({ id }) => id)).toEqual([found?.id]);
    expect(found?.id).toMatch(/^[0-9a-f]{12}$/);
    expect(new Set((await inbox.recent(10)).map(({ id }) => id)).size).toBe(2);
    await inbox.take([alert({ startsAt: began + 1 })]);
    expect((await inbox.recent(10, true))[0]?.id).not.toBe(found?.id);
  });

  it('takes a storm, and what matters in it', async () => {
    const storm = Array.from({ length: 10_000 }, (_, at) =>
      alert({ fingerprint: `${at}`, labels: { alertname: 'Other', pod: `${at}` } }),
    );
    await Promise.all([
      inbox.take(storm),
      inbox.take([...storm].reverse()),
      inbox.take([alert({ labels: { ...alert().labels, name: 'x'.repeat(100_000) } })]),
    ]);
    expect(await firing()).toEqual([began]);
    expect(await inbox.recent(20_000)).toHaveLength(10_001);
  });

  it('forgets what nobody told of for long', async () => {
    await inbox.take([alert()]);
    await inbox.forget(60_000);
    expect(await firing()).toEqual([began]);
    await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + 61000');
    await inbox.forget(60_000);
    expect(await inbox.recent(10)).toEqual([]);
  });
});

describe('the doctor', () => {
  const events = new Silence();
  const clock = { now: () => Promise.resolve(began) };

  const found = async () => {
    const intake = new AlertIntake(inbox, new PostgresRolloutStore(state.source), events);
    const rows = await examineAlerts(intake, inbox, clock).look({
      policies: [],
      targets: [],
      providers: [],
    });
    return rows.map(({ subject, standing }) => [subject, standing]);
  };

  it('finds its test alert in the inbox, and leaves nothing that fires', async () => {
    expect(await found()).toEqual([
      ['intake', 'ok'],
      ['senders', 'warning'],
    ]);
    const left = await inbox.recent(10);
    expect(left).toMatchObject([{ labels: { source: 'crossfade' }, status: 'resolved' }]);
    // Not even a rule for everything that any alert may say is concerned by it.
    expect(left.map((one) => actionOn([{ match: one.labels, do: 'rollback' }], one))).toEqual([
      null,
    ]);
  });

  it('knows whether anybody else has ever told of an alert', async () => {
    await inbox.take([alert()]);
    expect(await found()).toEqual([
      ['intake', 'ok'],
      ['senders', 'ok'],
    ]);
  });

  it('is at fault where what is taken in is not found again', async () => {
    const deaf = new AlertIntake(
      { take: async () => 0 } as never,
      new PostgresRolloutStore(state.source),
      events,
    );
    const rows = await examineAlerts(deaf, inbox, clock).look({
      policies: [],
      targets: [],
      providers: [],
    });
    expect(rows[0]).toMatchObject({ subject: 'intake', standing: 'fault' });
  });
});
