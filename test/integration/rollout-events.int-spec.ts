import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresAlertInbox } from '../../src/adapters/postgres/postgres-alert-inbox.ts';
import { PostgresEventReader } from '../../src/adapters/postgres/postgres-event-reader.ts';
import type { Alert } from '../../src/core/alerts/alert.ts';
import { type EventQuery, type RolloutEventPage } from '../../src/core/protocol/rollout-event.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { RolloutEvents } from '../../src/engine/rollout-events.ts';
import { parseEventQuery } from '../../src/language/event-query.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { policyNamed } from '../support/policy-named.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const name = examplePolicy.name;
const policy = {
  ...examplePolicy,
  alerts: [{ match: { service: 'users', severity: 'page' }, do: 'rollback' as const }],
};
const startedAt = 10_000;

let state: StateDatabase;
let events: RolloutEvents;
let inbox: PostgresAlertInbox;

beforeAll(async () => {
  state = await createStateDatabase();
  inbox = new PostgresAlertInbox(state.source);
  events = new RolloutEvents(state.rollouts, new PostgresEventReader(state.source));
  await state.rollouts.create(createRollout(policy, `${name}-1`, 1, startedAt, 0), policy);
  const other = policyNamed('other', { alerts: policy.alerts });
  await state.rollouts.create(createRollout(other, 'other-1', 1, startedAt, 0), other);
});

afterAll(() => state.close());

/** Decisions at these moments, each following from the alert if there is one. */
async function decide(at: readonly number[], alert?: string, rollout = `${name}-1`): Promise<void> {
  for (const moment of at) {
    const body = {
      action: 'hold',
      from: 'running',
      to: 'running',
      step: 'expand',
      by: 'crossfade',
    };
    const rest = { reason: `at ${moment}`, at: moment, measurements: [], version: 4, alert };
    await state.source.query(
      `INSERT INTO crossfade_state.decision (rollout_id, fence, at, body)
       VALUES ($1, (SELECT coalesce(max(fence), 0) + 1 FROM crossfade_state.decision), $2, $3)`,
      [rollout, moment, { ...body, ...rest }],
    );
  }
}

async function command(id: string, at: number, answer: string | null): Promise<void> {
  await state.source.query(
    `INSERT INTO crossfade_state.command
       (id, rollout_id, verb, requested_by, reason, at, answered_at, accepted, answer)
     VALUES ($1, $2, 'pause', 'ann', 'lunch', $3, $3, $4, $5)`,
    [id, `${name}-1`, at, answer === null ? null : false, answer],
  );
}

/** An alert that was heard of, and was over, at these moments. */
async function alert(
  fingerprint: string,
  labels: Alert['labels'],
  heardAt: number,
  resolvedAt: number | null = null,
  isPartial = false,
): Promise<string> {
  const one = { source: 'alertmanager', fingerprint, labels, summary: 'slow', link: null } as const;
  const times = { startsAt: heardAt - 5, endsAt: null };
  await inbox.take([{ ...one, ...times, status: 'firing', isPartial }]);
  const [row]: { id: string }[] = await state.source.query(
    `WITH told AS (
       UPDATE crossfade_state.alert SET heard_at = $2, resolved_at = $3,
         status = CASE WHEN $3::bigint IS NULL THEN 'firing' ELSE 'resolved' END
       WHERE body->>'fingerprint' = $1 RETURNING left(key, 12) AS id
     ) SELECT id FROM told`,
    [fingerprint, heardAt, resolvedAt],
  );
  return row?.id ?? '';
}

async function page(asked: object = {}): Promise<RolloutEventPage> {
  return events.page(name, parseEventQuery(asked));
}

const idsOf = ({ events: all }: RolloutEventPage): readonly string[] => all.map(({ id }) => id);

const atOf = ({ events: all }: RolloutEventPage): readonly number[] => all.map(({ at }) => at);

const paged = { service: 'users', severity: 'page' };

describe('what happened to a rollout', () => {
  it('is decisions, commands and alerts in one line of time, the oldest first', async () => {
    const id = await alert('a', { ...paged, alertname: 'Slow' }, 20_000, 26_000);
    await decide([18_000]);
    await decide([21_000], id);
    await decide([19_000], undefined, 'other-1');
    await command('one', 22_000, 'it is over');
    await command('two', 23_000, null);
    const found = await page();
    expect(found.hasEarlier).toBe(false);
    expect(atOf(found)).toEqual([18_000, 20_000, 21_000, 22_000, 23_000, 26_000]);
    expect(found.events.slice(1)).toMatchObject([
      {
        kind: 'alert',
        isOver: false,
        alert: { id, name: 'Slow', action: 'rollback', startsAt: 19_995, did: [{ at: 21_000 }] },
      },
      { kind: 'decision', decision: { reason: 'at 21000', guards: [], alert: id } },
      {
        id: 'command-one',
        command: { by: 'ann', answer: { accepted: false, reason: 'it is over' } },
      },
      { id: 'command-two', command: { answer: null } },
      { id: `alert-${id}-over`, isOver: true },
    ]);
  });

  it('can be asked for by kind and by time, both ends included', async () => {
    expect(idsOf(await page({ kind: 'command' }))).toEqual(['command-one', 'command-two']);
    expect(atOf(await page({ since: '20000', until: '22000' }))).toEqual([20_000, 21_000, 22_000]);
    expect(() => parseEventQuery({ kind: 'rumour' })).toThrow(/kind/);
    expect(() => parseEventQuery({ limit: '1000' })).toThrow(/limit/);
  });

  it('comes in pages that neither repeat nor miss what happened at one moment', async () => {
    await decide([30_000, 30_000, 30_000, 31_000, 32_000]);
    const all = idsOf(await page());
    const seen: string[] = [];
    let until: EventQuery['until'] | undefined;
    for (;;) {
      const found = await page({ limit: '2', ...(until === undefined ? {} : { until }) });
      seen.unshift(...idsOf(found));
      if (!found.hasEarlier) break;
      until = (found.events[0]?.at ?? 0) - 1;
    }
    expect(seen).toEqual(all);
  });

  it('counts alerts that the policy has a rule for, while the rollout lives', async () => {
    await alert('over before it began', paged, 100, 9_000);
    const before = await alert('fires since before', paged, 200);
    await alert('over when it was told of', paged, 39_000, 39_001);
    await alert('of another service', { service: 'orders', severity: 'page' }, 40_000);
    await alert('its own', { ...paged, source: 'crossfade' }, 41_000);
    const partial = await alert('others left out', { service: 'users' }, 42_000, null, true);
    await alert('others of another', { service: 'orders' }, 43_000, null, true);
    const found = (await page({ kind: 'alert' })).events.filter(
      ({ at }) => at < 1_000 || at > 30_000,
    );
    expect(found).toMatchObject([
      { id: `alert-${before}`, alert: { action: 'rollback' } },
      { id: `alert-${partial}`, alert: { action: 'hold' } },
    ]);
    await state.source.query(
      `UPDATE crossfade_state.rollout SET state = state || '{"endedAt": 41500}' WHERE policy = $1`,
      [name],
    );
    expect(idsOf(await page({ kind: 'alert' }))).not.toContain(`alert-${partial}`);
  });
});
