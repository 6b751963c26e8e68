import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, createCrossfade } from '../../src/sdk/client.ts';
import type { Crossfade } from '../../src/sdk/crossfade.ts';
import { HttpTransport } from '../../src/sdk/http-transport.ts';
import { settingsOf } from '../../src/sdk/options.ts';
import type { CrossfadeOptions } from '../../src/sdk/options.ts';
import { systemTiming } from '../../src/sdk/timing.ts';
import type { Timing } from '../../src/sdk/timing.ts';
import { ProtocolServer } from '../support/protocol-server.ts';
import { routeOf } from '../support/route-of.ts';

const sides = { old: () => 'old', new: () => 'new' };
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function serving(): Promise<ProtocolServer> {
  const server = await ProtocolServer.start();
  ends.push(() => server.vanish());
  return server;
}

function connect(url: string, options: Partial<CrossfadeOptions> = {}): Crossfade {
  const crossfade = createCrossfade({ ...base(url), ...options });
  ends.push(() => crossfade.close());
  return crossfade;
}

function base(url: string): CrossfadeOptions {
  return { url, token: 'secret', service: 'users-api', heartbeatMs: 100, onWarning: () => {} };
}

/** What `t1` is served now. */
function readerOf(crossfade: Crossfade): () => Promise<string> {
  const birthdate = crossfade.migration('users-birthdate');
  return () => crossfade.withUnit('t1', () => birthdate.read(sides));
}

/** Waits for reports, by which everything the SDK learns becomes visible. */
async function acknowledged(server: ProtocolServer, revision: number): Promise<void> {
  await server.until(() => server.reports.at(-1)?.acknowledged[0]?.revision === revision);
}

describe('the SDK against a server that speaks its protocol', () => {
  it('follows the stream: a pushed revision is acknowledged and served', async () => {
    const server = await serving();
    server.set(routeOf({ revision: 1 }));
    const crossfade = connect(server.url);
    const read = readerOf(crossfade);
    expect(await crossfade.ready()).toBe(true);
    await acknowledged(server, 1);
    expect(await read()).toBe('old');
    server.set(routeOf({ revision: 2, share: 100 }));
    await acknowledged(server, 2);
    expect(await read()).toBe('new');
    expect([...server.tokens]).toEqual(['Bearer secret']);
    expect(Object.fromEntries(server.streamQueries[0] ?? [])).toEqual({
      service: 'users-api',
      instance: crossfade.status().instance,
      implements: 'users-birthdate',
    });
  });

  it('follows the answers of its reports when nothing is pushed', async () => {
    const server = await serving();
    const read = readerOf(connect(server.url));
    await server.until(() => server.openStreams === 1);
    server.setWithoutPush(routeOf({ revision: 7, share: 100 }));
    await acknowledged(server, 7);
    expect(await read()).toBe('new');
  });

  it('opens a broken stream again and learns what it missed', async () => {
    const server = await serving();
    readerOf(connect(server.url, { heartbeatMs: 60_000 }));
    await server.until(() => server.openStreams === 1);
    server.breakStreams();
    server.setWithoutPush(routeOf({ revision: 3 }));
    await server.until(() => server.streamQueries.length === 2);
    await acknowledged(server, 3);
    expect(server.openStreams).toBe(1);
  });

  it('keeps its state while Crossfade is away and follows again when it is back', async () => {
    const server = await serving();
    server.set(routeOf({ revision: 1, share: 100 }));
    const crossfade = connect(server.url);
    const read = readerOf(crossfade);
    await acknowledged(server, 1);
    await server.vanish();
    const served = [await read(), await read(), await read()];
    expect(served).toEqual(['new', 'new', 'new']);
    server.setWithoutPush(routeOf({ revision: 2, baseStage: 'off', canaryStage: 'off' }));
    await server.comeBack();
    await acknowledged(server, 2);
    expect(await read()).toBe('old');
    const units = server.reports.flatMap(({ evidence }) => evidence.flatMap((e) => e.units));
    expect(units.filter(({ cohort }) => cohort === 'canary')).toEqual([
      { unit: 't1', cohort: 'canary', operation: 'read', requests: 3, failed: 0 },
    ]);
  });

  it('sends a batch whose answer was lost again under the same number, unchanged', async () => {
    const server = await serving();
    server.set(routeOf({ revision: 1, share: 100 }));
    const read = readerOf(connect(server.url));
    await acknowledged(server, 1);
    server.behaviour = 'loseAnswer';
    await read();
    await server.until(() => server.reports.some(({ evidence }) => evidence.length > 0));
    const lost = server.reports.find(({ evidence }) => evidence.length > 0);
    await read();
    server.behaviour = 'ok';
    await server.until(() => server.reports.some(({ seq }) => seq > (lost?.seq ?? Infinity)));
    const bySeq = new Map(server.reports.map(({ seq, evidence }) => [seq, evidence]));
    const sent = server.reports.filter(({ seq }) => seq === lost?.seq);
    expect(sent.length).toBeGreaterThan(1);
    for (const { evidence } of sent) expect(evidence).toEqual(lost?.evidence);
    const requests = [...bySeq.values()].flat().flatMap(({ units }) => units);
    expect(requests.reduce((sum, unit) => sum + unit.requests, 0)).toBe(2);
  });

  it('gives up a batch that is refused for what it is, and goes on with the next', async () => {
    const server = await serving();
    const warnings: string[] = [];
    server.behaviour = 413;
    connect(server.url, { onWarning: (message) => warnings.push(message) });
    await server.until(() => server.reports.some(({ seq }) => seq === 3));
    expect(warnings).toEqual([expect.stringContaining('answered 413')]);
  });

  it('says that it leaves, with what was left to say', async () => {
    const server = await serving();
    const crossfade = connect(server.url, { heartbeatMs: 60_000 });
    const read = readerOf(crossfade);
    await crossfade.ready();
    await read();
    await crossfade.close();
    const [last] = server.reports.slice(-1);
    expect(last?.leaving).toBe(true);
    const units = server.reports.flatMap(({ evidence }) => evidence.flatMap((e) => e.units));
    expect(units).toEqual([
      { unit: 't1', cohort: 'baseline', operation: 'read', requests: 1, failed: 0 },
    ]);
  });
});

describe('a frozen process', () => {
  /** The real time of this process, with pauses in which it did not run. */
  function jumpyTiming(): { timing: Timing; freeze: (ms: number) => void } {
    let slept = 0;
    const monotonicMs = (): number => systemTiming.monotonicMs() + slept;
    return {
      timing: { ...systemTiming, monotonicMs },
      freeze: (ms) => {
        slept += ms;
      },
    };
  }

  function connectWith(timing: Timing, url: string): Crossfade {
    const settings = settingsOf({ ...base(url), heartbeatMs: 60_000 });
    const client = new Client(settings, timing, new HttpTransport(settings));
    ends.push(() => client.close());
    return client;
  }

  it('learns of the rollback that it slept through before it serves new again', async () => {
    const server = await serving();
    server.set(routeOf({ revision: 1, share: 100 }));
    const { timing, freeze } = jumpyTiming();
    const read = readerOf(connectWith(timing, server.url));
    await acknowledged(server, 1);
    expect(await read()).toBe('new');
    server.setWithoutPush(routeOf({ revision: 2, baseStage: 'off', canaryStage: 'off' }));
    freeze(5_000);
    expect(await read()).toBe('old');
  });

  it('serves the safe side when nobody can confirm its revision', async () => {
    const server = await serving();
    server.set(routeOf({ revision: 1, share: 100 }));
    const { timing, freeze } = jumpyTiming();
    const read = readerOf(connectWith(timing, server.url));
    await acknowledged(server, 1);
    await server.vanish();
    freeze(5_000);
    expect(await read()).toBe('old');
  });
});
