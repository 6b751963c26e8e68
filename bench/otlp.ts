import { createServer } from 'node:http';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { openStateDatabase } from '../src/adapters/postgres/data-source.ts';
import { OtlpProtocol } from '../src/adapters/otlp/otlp-protocol.ts';
import { PostgresReceivedStore } from '../src/adapters/postgres/postgres-received-store.ts';
import { PostgresRolloutStore } from '../src/adapters/postgres/postgres-rollout-store.ts';
import type { MessageForm } from '../src/engine/ports/metrics-protocol.ts';
import { ReceivedMetrics } from '../src/engine/received-metrics.ts';
import { createRollout } from '../src/core/rollout/create-rollout.ts';
import type { ReceivedMessage } from '../src/core/received/series-point.ts';
import { examplePolicy } from '../test/support/example-policy.ts';
import { startOtlpSender } from '../test/support/otlp-sender.ts';
import { withServer } from './bench-server.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';

const migration = 'bench';
const senders = 32;

/** What an application sends of one instrument, as the real exporter writes it. */
async function written(form: MessageForm, instrument: 'sum' | 'exphist'): Promise<Buffer> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(gunzipSync(Buffer.concat(chunks)));
      response.writeHead(200, { 'content-type': request.headers['content-type'] }).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`;
  const temporality = AggregationTemporality.CUMULATIVE;
  const sender = startOtlpSender({ url, token: 't', form, temporality, exponential: true });
  if (instrument === 'sum') record520(sender.meter);
  else recordDurations(sender.meter);
  await sender.send();
  const [body] = bodies;
  await sender.stop();
  server.close();
  if (body === undefined) throw new Error('the exporter sent nothing');
  return body;
}

type Meter = ReturnType<typeof startOtlpSender>['meter'];

const cohorts = ['canary', 'baseline'];
const operations = ['read', 'write'];

/** Every series of `migration.operations` that one instance has of a migration. */
function record520(meter: Meter): void {
  const counter = meter.createCounter('migration.operations', { description: '' });
  for (const cohort of cohorts)
    for (const operation of operations)
      for (let bucket = 0; bucket <= 64; bucket += 1)
        for (const outcome of ['ok', 'error'])
          counter.add(bucket + 1, {
            migration,
            operation,
            cohort,
            outcome,
            side: cohort === 'canary' ? 'new' : 'old',
            bucket: bucket === 64 ? 'none' : `${bucket}`,
          });
}

/** The same of `migration.operation.duration`; durations spread as a service's do, over some 120 buckets. */
function recordDurations(meter: Meter): void {
  const histogram = meter.createHistogram('migration.operation.duration', {
    description: '',
    unit: 's',
  });
  for (const cohort of cohorts)
    for (const operation of operations)
      for (let group = 0; group < 10; group += 1)
        for (let n = 0; n < 300; n += 1)
          histogram.record(0.002 * Math.exp(((n * 7919) % 300) / 60), {
            migration,
            operation,
            cohort,
            role: 'authoritative',
            ramp_group: group,
            side: cohort === 'canary' ? 'new' : 'old',
          });
}

/** The same points as another instance sends them at another time: each of them counts. */
function sentBy(message: ReceivedMessage, sender: number, export_: number): ReceivedMessage {
  const metrics = message.metrics.map((metric) => ({
    ...metric,
    sender: `${metric.sender} ${sender}`,
    points: metric.points.map((point) => ({ ...point, at: point.at + export_ * 1e10 })),
  }));
  return { ...message, metrics };
}

/**
 * How many points a core takes in: read from the bytes that a real exporter wrote, told from those
 * before, and kept in PostgreSQL before they are acknowledged. 32 instances send at the same time. By
 * the processor time of this process, so that neither PostgreSQL nor others on the machine count.
 */
export async function benchOtlp({ full }: BenchOptions): Promise<BenchReport> {
  const protocol = new OtlpProtocol();
  return withServer(async (url) => {
    const source = await openStateDatabase(url);
    const rollouts = new PostgresRolloutStore(source);
    const policy = {
      ...examplePolicy,
      name: migration,
      guards: [
        {
          name: 'errors',
          compare: 'errors' as const,
          tolerate: { ratio: 1.1, add: 0.001 },
          source: { otlp: 'migration' as const, intervalMs: 10_000 },
        },
      ],
    };
    await rollouts.create(createRollout(policy, migration, 1, 0), policy);
    const rows: Row[] = [];
    for (const instrument of ['sum', 'exphist'] as const) {
      for (const form of ['protobuf', 'json'] as const) {
        const received = new ReceivedMetrics(new PostgresReceivedStore(source), rollouts);
        const body = await written(form, instrument);
        const rates: number[] = [];
        let round = 0;
        for (let sample = 0; sample < (full ? 12 : 5); sample += 1) {
          const rate = await takenPerSecond(received, protocol, { body, form, first: round });
          // The first sample warms up: code is compiled, and every series is new.
          if (sample > 0) rates.push(rate);
          round += rounds;
        }
        await source.query(
          'TRUNCATE crossfade_state.received_stream, crossfade_state.received_window',
        );
        const name = `${instrument} ${form}`;
        rows.push({ case: name, unit: 'points/s', ours: spreadOf(rates), peers: {}, ratio: null });
      }
    }
    await source.destroy();
    return { bench: 'otlp', rows };
  });
}

const rounds = 6;

interface Load {
  readonly body: Buffer;
  readonly form: MessageForm;
  /** Number of the first export. */
  readonly first: number;
}

async function takenPerSecond(
  received: ReceivedMetrics,
  protocol: OtlpProtocol,
  { body, form, first }: Load,
): Promise<number> {
  const began = process.cpuUsage();
  let points = 0;
  const send = async (sender: number): Promise<void> => {
    for (let round = first; round < first + rounds; round += 1) {
      // Each message is read from its bytes; only the sender and the time are put into it afterwards.
      const message = sentBy(protocol.decode(body, form), sender, round);
      const refused = await received.take(message);
      if (refused.points > 0) throw new Error(refused.reason ?? 'refused');
      points += message.metrics.reduce((sum, metric) => sum + metric.points.length, 0);
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
  const { user, system } = process.cpuUsage(began);
  return points / ((user + system) / 1e6);
}
