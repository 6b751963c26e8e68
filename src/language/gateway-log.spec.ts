import { describe, expect, it } from '@jest/globals';
import { parseGatewayLog } from './gateway-log.ts';

/** As nginx writes it: every variable a text, numbers of its own as numbers. */
const written = {
  rollout: 'users-birthdate',
  revision: '3',
  side: 'new',
  cohort: 'canary',
  bucket: '7',
  group: 'none',
  method: 'GET',
  status: 200,
  seconds: 0.012,
  at: 1_795_000_000.25,
};

function batchOf(...lines: readonly unknown[]): unknown {
  return { service: 'users-api', gateway: 'nginx-1', seq: 1, lines };
}

describe('a log of a gateway', () => {
  it('is read as nginx writes it', () => {
    expect(parseGatewayLog(batchOf(written)).lines).toEqual([
      { ...written, revision: 3, bucket: 7, group: null, at: 1_795_000_000_250 },
    ]);
  });

  it('leaves out, and counts, what was not routed or is something else', () => {
    const unrouted = { ...written, side: '', revision: '', cohort: '' };
    const odd = { ...written, bucket: '64' };
    const { lines, skipped } = parseGatewayLog(batchOf(written, unrouted, odd, 'text', null));
    expect([lines.length, skipped]).toEqual([1, 4]);
  });

  it('refuses what is no batch, and says where', () => {
    expect(() => parseGatewayLog({ ...(batchOf() as object), seq: 0 })).toThrow(
      'gateway log: seq:',
    );
    expect(() => parseGatewayLog(null)).toThrow('gateway log');
  });
});
