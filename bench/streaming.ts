import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { ENVIRONMENT, FlagServer } from './flags/flag-server.ts';
import type { StreamingAnswer, StreamingTask } from './flags/streaming-process.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';

const flag = 'pushed';
const otherFlags = 20;

/**
 * How long a change takes from being asked for, through the database, to having been evaluated by the
 * slowest of a hundred clients; what a push costs the server's process in processor time, which is its own
 * part of that; and what a client costs it in memory. One server process; the clients live in another
 * one. Unleash's own server has no streaming in its open edition.
 */
export async function benchStreaming({ full }: BenchOptions): Promise<BenchReport> {
  const server = await FlagServer.start();
  try {
    await fill(server);
    const rows: Row[] = [];
    const costs: Row[] = [];
    for (const clients of full ? [1_000, 5_000, 10_000] : [1_000, 5_000]) {
      const { p99, bytes, processorMs } = await run(server, clients, full ? 50 : 20);
      const crowd = `${clients.toLocaleString('en')} clients`;
      rows.push(row(`push p99 with ${crowd}`, 'ms', p99));
      costs.push(row(`server's processor time of a push to ${crowd}`, 'ms', [processorMs]));
      costs.push(row(`memory per client with ${crowd}`, 'KiB', [bytes / clients / 1024]));
    }
    return { bench: 'streaming', rows: [...rows, ...costs] };
  } finally {
    await server.stop();
  }
}

async function fill(server: FlagServer): Promise<void> {
  const strategies = [
    {
      name: 'flexibleRollout',
      parameters: { rollout: '100', stickiness: 'userId', groupId: flag },
      constraints: [{ contextName: 'userId', operator: 'NOT_IN', values: ['1', '2', '3'] }],
    },
  ];
  const environments = { [ENVIRONMENT]: { enabled: true, strategies } };
  await server.call('PUT', `features/${flag}`, { environments });
  for (let n = 0; n < otherFlags; n += 1) {
    await server.call('PUT', `features/other-${n}`, { environments });
  }
}

interface Measured {
  /** Of each push. */
  readonly p99: readonly number[];
  readonly bytes: number;
  /** Of a push in the mean, with all that the server does besides. */
  readonly processorMs: number;
}

async function run(server: FlagServer, clients: number, pushes: number): Promise<Measured> {
  const before = server.residentBytes();
  const child = fork(new URL('flags/streaming-process.ts', import.meta.url));
  const answers = answersOf(child);
  const task: StreamingTask = {
    peer: server.peer,
    admin: server.admin,
    environment: ENVIRONMENT,
    clients,
    pushes,
    flag,
  };
  child.send(task);
  await expectAnswer(answers, 'connected');
  const bytes = server.residentBytes() - before;
  const used = server.processorMs();
  const measured = await expectAnswer(answers, 'measured');
  // The push that warms up is not among those measured.
  const processorMs = (server.processorMs() - used) / (measured.pushes.length + 1);
  child.kill();
  await once(child, 'exit');
  return { p99: measured.pushes.map((times) => percentile(times, 0.99)), bytes, processorMs };
}

async function* answersOf(child: ChildProcess): AsyncGenerator<StreamingAnswer> {
  for await (const [answer] of on(child, 'message')) yield answer as StreamingAnswer;
}

async function expectAnswer<Kind extends StreamingAnswer['kind']>(
  answers: AsyncGenerator<StreamingAnswer>,
  kind: Kind,
): Promise<Extract<StreamingAnswer, { kind: Kind }>> {
  const { value } = (await answers.next()) as { value: StreamingAnswer };
  if (value.kind === kind) return value as Extract<StreamingAnswer, { kind: Kind }>;
  throw new Error(value.kind === 'failed' ? value.error : `answered ${value.kind}`);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}

function row(name: string, unit: string, samples: readonly number[]): Row {
  return { case: name, unit, ours: spreadOf(samples), peers: {}, ratio: null };
}
