import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryRouteFeed } from '../../../test/support/memory-route-feed.ts';
import { routeOf, routeSpec } from '../../../test/support/random-route.ts';
import { evidenceOfLog } from '../../core/gateway/log-evidence.ts';
import type { Acknowledgement } from '../../core/protocol/report.ts';
import { GatewayMemory } from './gateway-memory.ts';
import { gatewayRequest } from './gateway-request.ts';
import { GatewaySeat } from './gateway-seat.ts';

const name = 'users-birthdate';
const ringed = 'tenant-3';

let feed: MemoryRouteFeed;
let memory: GatewayMemory;
let seat: GatewaySeat;

beforeEach(async () => {
  feed = new MemoryRouteFeed();
  memory = new GatewayMemory(feed, () => 0);
  feed.show(routeOf(routeSpec(), 1));
  await memory.look();
  const owner = { service: 'users-api', instance: 'nginx-1 via test', leaseMs: 10_000 };
  seat = new GatewaySeat(owner, memory, 0);
});

/** The gateway asks for a unit at this time, and is told what to do. */
function ask(unit: string, at: number, safe = 'old'): boolean {
  const headers = {
    'x-crossfade-service': 'users-api',
    'x-crossfade-gateway': 'nginx-1',
    'x-crossfade-safe': safe,
    'x-crossfade-drain': '5',
  };
  const request = gatewayRequest(name, headers);
  return seat.answered(request, memory.answer(name, unit, request.safeSide, seat.lease), at);
}

function acknowledgedAt(at: number): Acknowledgement | undefined {
  return seat.report(at)?.acknowledged[0];
}

describe('a gateway as an acknowledging instance', () => {
  it('is nobody before it asked, and then runs what it is answered by', () => {
    expect(seat.report(0)).toBeNull();
    expect([ask('t1', 0), ask('t1', 1)]).toEqual([true, false]);
    expect(seat.report(1)).toMatchObject({ client: 'gateway', implements: [name], leaving: false });
    expect(acknowledgedAt(1)).toMatchObject({ revision: 1, safeSide: 'old' });
    feed.show(routeOf(routeSpec(), 2));
    expect(acknowledgedAt(2)).toMatchObject({ revision: 2 });
  });

  it('drains for as long as a request sent to the new side by an older revision may take', () => {
    ask(ringed, 1_000);
    expect(acknowledgedAt(1_000)?.draining).toBe(0);
    feed.show(routeOf(routeSpec({ rings: [] }), 2));
    expect(acknowledgedAt(5_999)?.draining).toBe(1);
    expect(acknowledgedAt(6_000)?.draining).toBe(0);
  });

  it('goes on draining when newer requests go to the new side as well', () => {
    ask(ringed, 1_000);
    feed.show(routeOf(routeSpec(), 2));
    ask(ringed, 2_000);
    ask(ringed, 3_000);
    expect(acknowledgedAt(5_999)?.draining).toBe(1);
    expect(acknowledgedAt(6_000)?.draining).toBe(0);
  });

  it('has its lease from its first question, and then from when a report was sent that arrived', () => {
    ask('t1', 0);
    expect(seat.lease).toEqual({ renewedAt: 0, forMs: 10_000 });
    expect(seat.report(1_000)).toMatchObject({ maxStaleMs: 10_000 });
    expect(seat.report(2_000)?.seq).toBe(1);
    expect(seat.lease.renewedAt).toBe(0);
    seat.arrived(1);
    expect(seat.lease.renewedAt).toBe(2_000);
  });

  it('says how long what it sent on may outlive the server', () => {
    ask('t1', 0);
    expect(acknowledgedAt(0)?.drainMs).toBe(5_000);
  });

  it('has new as its safe side when both the route and the gateway say so', () => {
    ask('t1', 0, 'new');
    expect(acknowledgedAt(0)?.safeSide).toBe('old');
    feed.show(routeOf(routeSpec({ safeSide: 'new' }), 2));
    expect(acknowledgedAt(0)?.safeSide).toBe('new');
    expect(ask('t1', 1, 'old')).toBe(true);
    expect(acknowledgedAt(1)?.safeSide).toBe('old');
  });

  it('sends a batch under its number until it has arrived, and counts a shipped one once', () => {
    const line = { rollout: name, revision: 1, side: 'new', cohort: 'canary', bucket: 1 } as const;
    const rest = { group: 1, method: 'GET', status: 200, seconds: 0.1, at: 0 };
    const evidence = evidenceOfLog([{ ...line, ...rest }]);
    ask('t1', 0);
    seat.logged(5, evidence);
    seat.logged(5, evidence);
    seat.logged(4, evidence);
    const first = seat.report(0);
    expect(first).toMatchObject({ seq: 1, evidence });
    seat.logged(6, evidence);
    expect(seat.report(1)).toMatchObject({ seq: 1, evidence });
    seat.arrived(1);
    expect(seat.report(2)).toMatchObject({ seq: 2, evidence });
  });
});
