import {
  createMigration,
  LDConcurrentExecution,
  LDMigrationStage,
  LDMigrationSuccess,
} from '@launchdarkly/node-server-sdk';
import type { LDContext, LDMigration } from '@launchdarkly/node-server-sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Crossfade } from '../src/sdk/crossfade.ts';
import { type BenchOptions, type BenchReport, type Row, type Spread, spreadOf } from './report.ts';
import { startEventSink } from './sdk/event-sink.ts';
import { nameOf, tenants } from './sdk/flags.ts';
import { inStage, launchDarkly } from './sdk/launchdarkly.ts';
import { type Contender, nanoseconds, retainedBytes, rowOf } from './sdk/measure.ts';
import { ourClient } from './sdk/ours.ts';

type Stage = 'shadow' | 'live';
type Closure = () => Promise<string>;

/** One read in ten is compared, by either SDK. */
const oneIn = 10;
const slowMs = 300;

/**
 * What a routed read adds to calling the closure oneself: ours with its scope, decision, evidence and
 * comparison, LaunchDarkly's `Migration.read` with its trackers. The closures answer at once.
 */
export async function benchRoutedRead({ full }: BenchOptions): Promise<BenchReport> {
  const sink = await startEventSink();
  try {
    return { bench: 'routed-read', rows: await benchStages(sink.url, full ? 31 : 7) };
  } finally {
    sink.stop();
  }
}

async function benchStages(eventsUri: string, rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const retained: Row[] = [];
  for (const stage of ['shadow', 'live'] as const) {
    const answer: Closure = async () => 'same';
    const ours = await ourReads(stage, 1 / oneIn, answer);
    const theirs = await theirReads({ stage, checkRatio: oneIn, eventsUri }, answer);
    const direct: Contender = async (times) => {
      for (let n = 0; n < times; n += 1) await answer();
    };
    const peers = { launchdarkly: theirs.read, direct };
    const figures = await nanoseconds({ ours: ours.read, peers }, rounds);
    const base = figures.peers['direct']?.median ?? 0;
    const launchdarkly = minus(figures.peers['launchdarkly'], base);
    const added = { ours: minus(figures.ours, base), peers: { launchdarkly } };
    rows.push(rowOf(stage, 'ns', added));
    const bytes = spreadOf([await retainedBytes(ours.read, 200_000)]);
    retained.push(rowOf(`retained by a read in ${stage}`, 'B', { ours: bytes, peers: {} }));
    await ours.end();
    await theirs.end();
  }
  return [...rows, ...retained, await benchDelay(eventsUri)];
}

function minus(spread: Spread | undefined, base: number): Spread {
  const { min = 0, median = 0, max = 0 } = spread ?? {};
  return { min: min - base, median: median - base, max: max - base };
}

interface Reads {
  readonly read: Contender;
  readonly end: () => void | Promise<void>;
}

async function ourReads(
  stage: Stage,
  sample: number,
  old: Closure,
  fresh: Closure = old,
): Promise<Reads> {
  const client: Crossfade = await ourClient(stage, sample);
  const migration = client.migration<string>(nameOf(0));
  const call = { pure: true, old, new: fresh };
  const read = (): Promise<string> => migration.read(call);
  return {
    read: async (times) => {
      for (let n = 0; n < times; n += 1) await client.withUnit(tenants[n % 1_000], read);
    },
    end: () => client.close(),
  };
}

async function theirReads(
  { stage, checkRatio, eventsUri }: { stage: Stage; checkRatio: number; eventsUri: string },
  old: Closure,
  fresh: Closure = old,
): Promise<Reads> {
  const client = await launchDarkly(inStage(stage, checkRatio), eventsUri);
  const migration: LDMigration<string, string> = createMigration(client, {
    readOld: async () => LDMigrationSuccess(await old()),
    readNew: async () => LDMigrationSuccess(await fresh()),
    writeOld: async () => LDMigrationSuccess(await old()),
    writeNew: async () => LDMigrationSuccess(await fresh()),
    check: (a, b) => a === b,
    execution: new LDConcurrentExecution(),
  });
  const users = tenants.map((key): LDContext => ({ kind: 'tenant', key }));
  return {
    read: async (times) => {
      for (let n = 0; n < times; n += 1) {
        const result = await migration.read(nameOf(0), users[n % 1_000]!, LDMigrationStage.Off);
        if (!result.success) throw new Error('LaunchDarkly read nothing');
      }
    },
    end: () => client.close(),
  };
}

/** How long the caller waits in shadow while the new side takes its time; every read is compared. */
async function benchDelay(eventsUri: string): Promise<Row> {
  const fresh: Closure = () => sleep(slowMs, 'same');
  const old: Closure = async () => 'same';
  const ours = await ourReads('shadow', 1, old, fresh);
  const theirs = await theirReads({ stage: 'shadow', checkRatio: 1, eventsUri }, old, fresh);
  const waits = async ({ read }: Reads): Promise<Spread> => {
    const samples: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const start = performance.now();
      await read(1);
      samples.push(performance.now() - start);
    }
    return spreadOf(samples);
  };
  const figures = { ours: await waits(ours), peers: { launchdarkly: await waits(theirs) } };
  await ours.end();
  await theirs.end();
  return rowOf(`shadow, the new side takes ${slowMs} ms: the caller waits`, 'ms', figures);
}
