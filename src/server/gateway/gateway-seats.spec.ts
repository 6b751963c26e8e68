import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryRouteFeed } from '../../../test/support/memory-route-feed.ts';
import { routeOf, routeSpec } from '../../../test/support/random-route.ts';
import type { InstanceReport } from '../../core/protocol/report.ts';
import type { Intake } from '../../engine/ports/intake.ts';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Pulse } from '../engine/pulse.ts';
import { GatewayMemory } from './gateway-memory.ts';
import { gatewayRequest } from './gateway-request.ts';
import { GatewaySeats } from './gateway-seats.ts';

const name = 'users-birthdate';

let now: number;
let reports: InstanceReport[];
let away: boolean;
let memory: GatewayMemory;
let seats: GatewaySeats;

beforeEach(() => {
  now = 0;
  reports = [];
  away = false;
  const feed = new MemoryRouteFeed();
  feed.show(routeOf(routeSpec(), 1));
  memory = new GatewayMemory(feed, () => now);
  const report = async (said: InstanceReport): Promise<readonly string[]> => {
    if (away) throw new Error('the state database takes nothing in');
    reports.push(said);
    return said.implements;
  };
  const wake = async (): Promise<void> => {};
  const intake = { report } as unknown as Intake;
  const rollouts = { wake } as unknown as RolloutStore;
  seats = new GatewaySeats(memory, intake, rollouts, new Pulse(), () => now);
});

/** What a unit of a ring is answered, by a gateway that can do without an answer or not. */
function ask(doubt: 'refuse' | 'safe', gateway = 'nginx-1'): string {
  const who = { 'x-crossfade-service': 'users-api', 'x-crossfade-gateway': gateway };
  const headers = { ...who, 'x-crossfade-unit': 'tenant-3', 'x-crossfade-doubt': doubt };
  const { side, reason } = seats.answer(gatewayRequest(name, headers));
  return `${side} ${reason}`;
}

/** The looks and reports of so many seconds; every look succeeds. */
async function run(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    now += 1_000;
    await memory.look();
    await seats.report();
  }
}

describe('the gateways of a server', () => {
  it('are answered by the new side only while the database hears of them: ten seconds', async () => {
    await run(1);
    ask('refuse');
    await run(60);
    expect(ask('refuse')).toBe('new ring');
    away = true;
    await run(10);
    expect(ask('refuse')).toBe('new ring');
    await run(1);
    expect(ask('refuse')).toBe('old stale');
    away = false;
    await run(1);
    expect(ask('refuse')).toBe('new ring');
  });

  it('are answered for a quarter of an hour where they have nobody else to ask', async () => {
    await run(1);
    ask('safe');
    await run(1);
    away = true;
    await run(900);
    expect(ask('safe')).toBe('new ring');
    await run(1);
    expect(ask('safe')).toBe('old stale');
  });

  it('are an instance each, whose reports say how long its lease is', async () => {
    await run(1);
    ask('refuse');
    ask('safe');
    ask('safe', 'envoy-1');
    await seats.report();
    const told = new Map(reports.map(({ instance, maxStaleMs }) => [instance, maxStaleMs]));
    expect([...told.values()]).toEqual([10_000, 900_000, 900_000]);
    const gateways = [...told.keys()].map((instance) => instance.split(' via ')[0]);
    expect(gateways).toEqual(['nginx-1', 'nginx-1', 'envoy-1']);
  });
});
