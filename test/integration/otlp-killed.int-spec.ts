import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PostgresClock } from '../../src/adapters/postgres/postgres-clock.ts';
import { PostgresReceivedStore } from '../../src/adapters/postgres/postgres-received-store.ts';
import { PostgresTokenStore } from '../../src/adapters/postgres/postgres-token-store.ts';
import { readReceived } from '../../src/core/received/read-received.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import { MortalCrossfade } from '../support/mortal-crossfade.ts';
import { NumberedSender, sumTo } from '../support/numbered-sender.ts';
import { Opened } from '../support/opened.ts';
import { policyNamed } from '../support/policy-named.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';
import { freezeProcess } from '../support/freeze-process.ts';

const migration = 'received';
const source = { otlp: 'migration', intervalMs: 10_000 } as const;
/** Of eight senders at once, each with a bucket of its own. */
const buckets = Array.from({ length: 8 }, (_, bucket) => bucket);
/** Messages of each. */
const last = 90;

const opened = new Opened();
let state: StateDatabase;
let server: MortalCrossfade;
let token: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-otlp-'));
  opened.keep(folder, (path) => rm(path, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  state = opened.keep(await createStateDatabase(), (one) => one.close());
  server = await MortalCrossfade.at(folder, { DATABASE_URL: state.url });
  opened.keep(server, (one) => one.stop());
  token = await new PostgresTokenStore(state.source).create('otlp');
  const now = await new PostgresClock(state.source).now();
  const guards = [
    { name: 'errors', compare: 'errors', tolerate: { ratio: 1.1, add: 0.001 }, source },
  ] as const;
  const policy = { ...policyNamed(migration), guards };
  await state.rollouts.create(createRollout(policy, `${migration}-1`, 1, now), policy);
  await server.start();
});

afterAll(() => opened.close());

/** The operations of each sender, as guards read them. */
async function counted(): Promise<readonly number[]> {
  const received = new PostgresReceivedStore(state.source);
  const reading = readReceived(await received.windows(migration, 0, Number.MAX_SAFE_INTEGER));
  if (reading.kind === 'doubt') throw new Error(reading.reason);
  const requests = new Map(reading.units.map((one) => [one.unit, one.requests]));
  return buckets.map((bucket) => requests.get(`bucket ${bucket}`) ?? 0);
}

it('counts once what was acknowledged, and once what comes again, when it is killed amid requests', async () => {
  const senders = buckets.map(
    (bucket) => new NumberedSender(bucket, { url: server.url, token, migration }),
  );
  opened.keep(senders, async (all) => all.forEach((one) => one.stop()));
  const sending = Promise.all(senders.map((one) => one.sendUntil(last)));
  let isRefused = false;
  sending.catch(() => (isRefused = true));
  while (!isRefused && Math.max(...senders.map(({ acknowledged }) => acknowledged)) < last / 3)
    await sleep(1);
  // It answers nothing more; whoever reads an answer that was on its way sends once more, and waits.
  await freezeProcess(server.pid ?? 0);
  await turn();
  await server.kill();
  const kept = await counted();
  expect(senders.some(({ cut }) => cut > 0)).toBe(true);
  for (const [index, { acknowledged }] of senders.entries()) {
    expect(acknowledged).toBeLessThan(last);
    // Acknowledged is nothing that is lost; the one under way may have been kept or not.
    expect([sumTo(acknowledged), sumTo(acknowledged + 1)]).toContain(kept[index]);
  }
  await server.start();
  await sending;
  await Promise.all(senders.map((one) => one.repeat()));
  expect(await counted()).toEqual(buckets.map(() => sumTo(last)));
});
