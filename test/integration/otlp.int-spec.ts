import { gzipSync } from 'node:zlib';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import { PostgresReceivedStore } from '../../src/adapters/postgres/postgres-received-store.ts';
import { PostgresTokenStore } from '../../src/adapters/postgres/postgres-token-store.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { readReceived } from '../../src/core/received/read-received.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { Telemetry } from '../../src/sdk/telemetry.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { type OtlpIntake, startOtlpIntake } from '../support/otlp-intake.ts';
import { startOtlpSender } from '../support/otlp-sender.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const migration = 'received';
const policy: Policy = {
  ...examplePolicy,
  name: migration,
  target: migration,
  flag: { provider: 'crossfade', name: migration },
  guards: [
    {
      name: 'errors',
      compare: 'errors',
      tolerate: { ratio: 1.1, add: 0.001 },
      source: { otlp: 'migration', intervalMs: 10_000 },
    },
  ],
};

let state: StateDatabase;
let received: PostgresReceivedStore;
let token: string;
let intakes: OtlpIntake[] = [];

const start = async (): Promise<OtlpIntake> => {
  const intake = await startOtlpIntake(state.source, new PostgresTokenStore(state.source));
  intakes.push(intake);
  return intake;
};

beforeAll(async () => {
  state = await createStateDatabase();
  received = new PostgresReceivedStore(state.source);
  token = await new PostgresTokenStore(state.source).create('otlp');
  const now = await new PostgresClock(state.source).now();
  await state.rollouts.create(createRollout(policy, 'received-1', 1, now), policy);
});

beforeEach(async () => {
  await state.source.query(
    'TRUNCATE crossfade_state.received_stream, crossfade_state.received_window',
  );
  await Promise.all(intakes.map((intake) => intake.stop()));
  intakes = [];
});

afterAll(async () => {
  await Promise.all(intakes.map((intake) => intake.stop()));
  await state.close();
});

/** All that has been received so far. */
async function counted() {
  const reading = readReceived(await received.windows(migration, 0, Number.MAX_SAFE_INTEGER));
  if (reading.kind === 'doubt') throw new Error(reading.reason);
  const requests = reading.units.reduce((sum, unit) => sum + unit.requests, 0);
  const failed = reading.units.reduce((sum, unit) => sum + unit.failed, 0);
  const durations = (reading.latency ?? []).reduce(
    (sum, row) => sum + row.durations.counts.reduce((a, b) => a + b, 0),
    0,
  );
  return { requests, failed, durations };
}

/** Operations of our own SDK's telemetry, on the meter of the application. */
function operate(telemetry: Telemetry, count: number, failed = 0): void {
  for (let n = 0; n < count; n += 1) {
    telemetry.operation({
      migration,
      side: n % 2 === 0 ? 'new' : 'old',
      cohort: n % 2 === 0 ? 'canary' : 'baseline',
      group: n % 10,
      milliseconds: 1 + n,
      operation: 'read',
      unit: `tenant ${n}`,
      failed: n < failed,
    });
  }
}

describe.each([
  ['protobuf', AggregationTemporality.CUMULATIVE, true],
  ['protobuf', AggregationTemporality.DELTA, false],
  ['json', AggregationTemporality.CUMULATIVE, false],
  ['json', AggregationTemporality.DELTA, true],
] as const)('OpenTelemetry in %s, temporality %s', (form, temporality, exponential) => {
  it('is counted once, over two replicas and a restart', async () => {
    const [first, second] = [await start(), await start()];
    const setup = { token, form, temporality, exponential };
    const sender = startOtlpSender({ ...setup, url: first.url });
    const telemetry = new Telemetry(() => sender.meter);
    telemetry.declared(migration);
    telemetry.look();
    operate(telemetry, 40, 3);
    await sender.send();
    expect(await counted()).toEqual({ requests: 40, failed: 3, durations: 37 });
    await sender.stop();
    await first.stop();
    // The same address, as behind a balancer: whatever was acknowledged is known to all.
    const again = startOtlpSender({ ...setup, url: second.url });
    const later = new Telemetry(() => again.meter);
    later.declared(migration);
    later.look();
    operate(later, 10);
    await again.send();
    expect(await counted()).toEqual({ requests: 50, failed: 3, durations: 47 });
    operate(later, 5, 5);
    await again.send();
    expect(await counted()).toEqual({ requests: 55, failed: 8, durations: 47 });
    await again.stop();
  });
});

/** A message by hand, as a Collector would send it on. */
const message = (value: number, at: number, attributes: Readonly<Record<string, string>> = {}) => ({
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.instance.id', value: { stringValue: 'i' } }] },
      scopeMetrics: [
        {
          scope: { name: 's' },
          metrics: [
            {
              name: 'migration.operations',
              sum: {
                aggregationTemporality: 2,
                isMonotonic: true,
                dataPoints: [
                  {
                    startTimeUnixNano: '1795000000000000000',
                    timeUnixNano: `${1_795_000_000 + at}000000000`,
                    asInt: `${value}`,
                    attributes: Object.entries({
                      migration,
                      cohort: 'canary',
                      operation: 'read',
                      bucket: '1',
                      outcome: 'ok',
                      ...attributes,
                    }).map(([key, text]) => ({ key, value: { stringValue: text } })),
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
});

async function post(
  intake: OtlpIntake,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await fetch(intake.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...headers,
    },
    body,
  });
  const { status } = response;
  return { status, type: response.headers.get('content-type'), body: await response.text() };
}

describe('the protocol', () => {
  it('counts nothing twice when every third message is sent twice, to whichever replica', async () => {
    const replicas = [await start(), await start()];
    for (let n = 1; n <= 30; n += 1) {
      const text = JSON.stringify(message(n * 2, n));
      const one = replicas[n % 2] as OtlpIntake;
      const other = replicas[(n + 1) % 2] as OtlpIntake;
      expect(await post(one, text)).toMatchObject({ status: 200, body: '{}' });
      const again = n % 3 === 0 ? await post(other, text) : { status: 200 };
      expect(again).toMatchObject({ status: 200 });
    }
    expect(await counted()).toMatchObject({ requests: 60 });
  });

  it('loses nothing that was acknowledged while replicas contend for one stream', async () => {
    const replicas = await Promise.all([start(), start(), start()]);
    const sent = Array.from({ length: 30 }, (_, n) =>
      post(
        replicas[n % 3] as OtlpIntake,
        JSON.stringify(message(n + 1, 1, { bucket: `${n % 60}` })),
      ),
    );
    const answers = await Promise.all(sent);
    const kept = answers.map(({ status }, n) => (status === 200 ? n + 1 : 0));
    expect(kept.filter(Boolean).length).toBeGreaterThan(0);
    expect((await counted()).requests).toBe(kept.reduce((a, b) => a + b, 0));
  });

  it('answers as the specification says', async () => {
    const intake = await start();
    const strange = JSON.stringify(message(1, 1, { bucket: 'x' }));
    expect(await post(intake, strange)).toEqual({
      status: 200,
      type: 'application/json',
      body: '{"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"the attribute bucket is \\"x\\"; right is 0 to 63 or none"}}',
    });
    const protobuf = { 'content-type': 'application/x-protobuf' };
    expect(await post(intake, new Uint8Array(), protobuf)).toEqual({
      status: 200,
      type: 'application/x-protobuf',
      body: '',
    });
    expect(await post(intake, '{}')).toMatchObject({ status: 200, body: '{}' });
    expect(await post(intake, '{')).toMatchObject({
      status: 400,
      type: 'application/json',
      body: expect.stringContaining('"message":"no ExportMetricsServiceRequest in json'),
    });
    const wrong = new Uint8Array([10, 200]);
    expect(await post(intake, wrong, protobuf)).toMatchObject({
      status: 400,
      type: 'application/x-protobuf',
    });
    expect(await post(intake, '', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await post(intake, '{}', { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
    expect(await post(intake, '{}', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
    expect(await post(intake, '{}', { authorization: 'Bearer no' })).toMatchObject({ status: 401 });
    const other = await new PostgresTokenStore(state.source).create('alerts');
    const bearer = { authorization: `Bearer ${other}` };
    expect(await post(intake, '{}', bearer)).toMatchObject({ status: 403 });
  });

  it('takes gzip, and not more than its limit after inflation', async () => {
    const intake = await start();
    const encoding = { 'content-encoding': 'gzip' };
    const small = new Uint8Array(gzipSync(JSON.stringify(message(4, 1))));
    await post(intake, small, encoding);
    const more = new Uint8Array(gzipSync(JSON.stringify(message(9, 2))));
    expect(await post(intake, more, encoding)).toMatchObject({ status: 200 });
    expect(await counted()).toMatchObject({ requests: 9 });
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 2 ** 20)));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await post(intake, bomb, encoding)).toMatchObject({ status: 413 });
  });

  it('asks a sender to come again while nothing can be kept', async () => {
    const intake = await start();
    await state.source.query('ALTER TABLE crossfade_state.received_window RENAME TO away');
    const refused = await post(intake, JSON.stringify(message(4, 1)));
    await state.source.query('ALTER TABLE crossfade_state.away RENAME TO received_window');
    expect(refused).toMatchObject({ status: 503 });
    await post(intake, JSON.stringify(message(4, 1)));
    expect(await counted()).toMatchObject({ requests: 4 });
  });
});

describe('the store', () => {
  it('forgets what is old, and closes windows for good', async () => {
    const intake = await start();
    await post(intake, JSON.stringify(message(4, 1)));
    await post(intake, JSON.stringify(message(6, 2)));
    const { newestAt } = await received.windows(migration, 0, Number.MAX_SAFE_INTEGER);
    const before = await received.windows(migration, 0, (newestAt ?? 0) - 1_000_000);
    expect(before).toEqual({ windows: [], newestAt: null });
    await received.forget(0);
    await received.forget(-10_000);
    expect(await received.windows(migration, 0, Number.MAX_SAFE_INTEGER)).toMatchObject({
      windows: [],
    });
  });
});
