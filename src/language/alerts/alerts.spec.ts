import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { propertyRuns } from '../../../test/support/property-runs.ts';
import { actionOn, rulesOf } from '../../core/alerts/alert-rule.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { isStorable } from '../../core/protocol/storable.ts';
import { parseAlertmanager } from './alertmanager.ts';
import { parseCloudEvents } from './cloud-events.ts';
import type { Notification } from './notification.ts';
import { parsePagerDuty } from './pagerduty.ts';

type Json = Readonly<Record<string, unknown>>;

const payload = (name: string): Json =>
  JSON.parse(readFileSync(`test/fixtures/alerts/${name}.json`, 'utf8')) as Json;

const alertmanager = payload('alertmanager');
const [told] = alertmanager['alerts'] as readonly [Json];
const one = (more: Json, group: Json = {}): Notification =>
  parseAlertmanager({ ...alertmanager, ...group, alerts: [{ ...told, ...more }] }, 'alertmanager');

/** The policy that the first alert names. */
const concerned = { name: 'users-birthdate' };
const startsAt = Date.UTC(2026, 10, 22, 2, 10, 3, 512);

describe("Alertmanager's notification", () => {
  it('tells of each alert with its labels, its beginning and a line for people', () => {
    expect(parseAlertmanager(alertmanager, 'alertmanager')).toMatchObject({
      refused: 0,
      alerts: [
        {
          source: 'alertmanager',
          fingerprint: 'e1db6c950a0714bd',
          status: 'firing',
          labels: { alertname: 'CheckoutErrors', rollout: 'users-birthdate', severity: 'page' },
          summary: 'half of all payments fail',
          link: 'http://prometheus.example:9090/graph?g0.expr=up',
          startsAt,
          endsAt: null,
          isPartial: false,
        },
        { status: 'resolved', isPartial: true },
      ],
    });
  });

  it('takes the good ones where others cannot be understood', () => {
    const alerts = [told, null, 'x', { status: 'firing' }, { ...told, status: 'burning' }];
    const { alerts: taken, refused } = parseAlertmanager({ alerts }, 'alertmanager');
    expect(taken).toHaveLength(1);
    expect(refused).toBe(4);
  });

  it.each([
    ['no time', { startsAt: undefined }],
    ['nonsense', { startsAt: 'yesterday' }],
    ['no text', { startsAt: 5 }],
    ["Go's word for no time", { startsAt: '0001-01-01T00:00:00Z' }],
    ['a time without a zone', { startsAt: '2026-11-22T02:10:03' }],
  ])('does not know since when it fires from %s', (_, more) => {
    expect(one(more).alerts[0]).toMatchObject({ status: 'firing', startsAt: null });
  });

  it('knows the end of those that are resolved, and takes no promise of one for it', () => {
    const endsAt = '2026-11-22T02:14:00Z';
    const end = Date.UTC(2026, 10, 22, 2, 14);
    expect(one({ status: 'resolved', endsAt }).alerts[0]?.endsAt).toBe(end);
    expect(one({ status: 'firing', endsAt }).alerts[0]?.endsAt).toBeNull();
    expect(one({ status: 'resolved', endsAt: 'soon' }).alerts[0]?.endsAt).toBeNull();
    const silent = one({ status: undefined, endsAt }, { status: 'resolved' });
    expect(silent.alerts[0]?.endsAt).toBeNull();
  });

  it('does not take an alert without a status for one that began now', () => {
    const silent = { status: undefined };
    expect(one(silent).alerts[0]).toMatchObject({ status: 'firing', startsAt: null });
    expect(one(silent, { status: 'resolved' }).alerts[0]).toMatchObject({ status: 'resolved' });
  });

  it('names an alert by its labels where it has no fingerprint', () => {
    const labels = { b: '2', a: '1' };
    const [named] = one({ fingerprint: undefined, labels }).alerts;
    const [again] = one({ fingerprint: '', labels: { a: '1', b: '2' } }).alerts;
    expect(named?.fingerprint).toBe('{"a":"1","b":"2"}');
    expect(again?.fingerprint).toBe(named?.fingerprint);
  });

  it('stands for those that were left out, until none is any more', () => {
    const partial = (group: Json) => one({}, group).alerts.find(({ isPartial }) => isPartial);
    expect(partial({ truncatedAlerts: 3 })).toMatchObject({
      status: 'firing',
      labels: { alertname: 'CheckoutErrors', rollout: 'users-birthdate' },
      startsAt: null,
    });
    expect(partial({ truncatedAlerts: 0 })).toMatchObject({ status: 'resolved' });
    expect(partial({ truncatedAlerts: 3, status: 'resolved' })?.status).toBe('resolved');
    expect(partial({ truncatedAlerts: 'many' })?.status).toBe('resolved');
    expect(partial({ truncatedAlerts: 3 })?.fingerprint).toBe(partial({})?.fingerprint);
  });

  it.each([[null], [[]], ['x'], [{}], [{ alerts: {} }], [{ alerts: 'x' }]])(
    'is refused where it holds no list of alerts: %j',
    (body) => {
      expect(() => parseAlertmanager(body, 'alertmanager')).toThrow(CrossfadeError);
    },
  );
});

describe('the notifications of others', () => {
  it('of Grafana have the same shape', () => {
    expect(parseAlertmanager(payload('grafana'), 'grafana').alerts[0]).toMatchObject({
      source: 'grafana',
      status: 'firing',
      summary: 'half of all payments fail',
      startsAt: Date.UTC(2026, 10, 22, 2, 10),
    });
  });

  it('of PagerDuty are incidents', () => {
    const body = payload('pagerduty');
    const event = body['event'] as Json;
    expect(parsePagerDuty(body).alerts).toEqual([
      {
        source: 'pagerduty',
        fingerprint: 'QEXAMPLEINCIDENT',
        status: 'firing',
        labels: {
          title: 'half of all payments fail',
          incident: 'QEXAMPLEINCIDENT',
          service: 'users',
          priority: 'P1',
          urgency: 'high',
        },
        summary: 'half of all payments fail',
        link: 'https://example.pagerduty.com/incidents/QEXAMPLEINCIDENT',
        startsAt: Date.UTC(2026, 10, 22, 2, 10, 4),
        endsAt: null,
        isPartial: false,
      },
    ]);
    const data = { ...(event['data'] as Json), status: 'resolved' };
    const resolved = { event: { ...event, event_type: 'incident.resolved', data } };
    expect(parsePagerDuty(resolved).alerts[0]).toMatchObject({
      status: 'resolved',
      endsAt: Date.UTC(2026, 10, 22, 2, 10, 5),
    });
    const reopened = { event: { ...event, event_type: 'incident.reopened' } };
    expect(parsePagerDuty(reopened).alerts[0]).toMatchObject({
      status: 'firing',
      startsAt: Date.UTC(2026, 10, 22, 2, 10, 5),
    });
    expect(parsePagerDuty({ event: { ...event, event_type: 'pagey.ping' } }).alerts).toEqual([]);
  });

  it('as CloudEvents come in three modes', () => {
    const event = payload('cloudevent');
    const alert = { source: 'cloudevents', status: 'firing', summary: 'half of all payments fail' };
    expect(parseCloudEvents({}, event).alerts).toMatchObject([alert]);
    expect(parseCloudEvents({}, [event, { ...event, type: 'other' }, 5])).toMatchObject({
      alerts: [alert],
      refused: 1,
    });
    const binary = { 'ce-type': 'io.crossfade.alert.v1', 'ce-id': '1', 'ce-specversion': '1.0' };
    expect(parseCloudEvents(binary, event['data']).alerts).toMatchObject([alert]);
    expect(() => parseCloudEvents({}, { hello: 1 })).toThrow(/expected a CloudEvent/);
  });
});

/** What strangers send: anything in the place of anything, missing, doubled, in another order, very large. */
const junk = fc.oneof(
  fc.constant(undefined),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
  fc.constant('x'.repeat(100_000)),
  fc.constant(JSON.parse('{"__proto__":{"rollout":"users-birthdate"},"constructor":1}') as unknown),
);

function mutated(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) {
    return fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: junk });
  }
  if (Array.isArray(value)) {
    const item = fc.oneof(
      { weight: 5, arbitrary: mutated(value[0]) },
      { weight: 1, arbitrary: junk },
    );
    return fc.array(item, { maxLength: 4 });
  }
  const fields = Object.entries(value).map(([key, inner]) => [key, mutated(inner)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

/** Its alerts; none where it is refused. Any other error is one of ours. */
function taken(parse: () => Notification): Notification['alerts'] {
  try {
    return parse().alerts;
  } catch (error) {
    if (error instanceof CrossfadeError) return [];
    throw error;
  }
}

describe('any notification', () => {
  const parsers: readonly (readonly [string, (body: unknown) => Notification])[] = [
    ['alertmanager', (body) => parseAlertmanager(body, 'alertmanager')],
    ['grafana', (body) => parseAlertmanager(body, 'grafana')],
    ['pagerduty', parsePagerDuty],
    ['cloudevent', (body) => parseCloudEvents({}, body)],
  ];

  const bystander = rulesOf({ name: 'orders-id' });

  it('loses none of its alerts by what stands beside it, in whatever place and however often', () => {
    const group = mutated(alertmanager) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(group, fc.nat(5), fc.integer({ min: 1, max: 3 }), (body, at, times) => {
        const others: readonly unknown[] = Array.isArray(body['alerts']) ? body['alerts'] : [];
        const alerts = others.toSpliced(at, 0, ...Array<Json>(times).fill(told));
        const { alerts: found } = parseAlertmanager({ ...body, alerts }, 'alertmanager');
        const intact = found.filter(
          (one) => one.startsAt === startsAt && actionOn(rulesOf(concerned), one) === 'rollback',
        );
        expect(intact.length).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: propertyRuns(50) },
    );
  });

  it.each(parsers)('of %s is understood or refused, and can be stored', (name, parse) => {
    fc.assert(
      fc.property(mutated(payload(name)), (body) => {
        for (const alert of taken(() => parse(body))) {
          expect(isStorable(JSON.stringify(alert))).toBe(true);
          expect(Object.values(alert.labels).every((text) => typeof text === 'string')).toBe(true);
          expect(alert.startsAt === null || alert.startsAt > 0).toBe(true);
          expect(alert.endsAt === null || alert.status === 'resolved').toBe(true);
          // Nothing that is made of it moves a rollout that it does not name; what was left out may hold it.
          const action = actionOn(bystander, alert);
          expect(action === null || (action === 'hold' && alert.isPartial)).toBe(true);
        }
      }),
      { numRuns: propertyRuns(250) },
    );
  });
});
