import { describe, expect, it } from '@jest/globals';
import { ManualTiming, settle } from '../../test/support/manual-timing.ts';
import { ScriptedTransport } from '../../test/support/scripted-transport.ts';
import { EvidenceQueue } from './evidence-queue.ts';
import { EvidenceTally } from './evidence-tally.ts';
import { Reporter } from './reporter.ts';

function given() {
  const timing = new ManualTiming();
  const transport = new ScriptedTransport();
  const queue = new EvidenceQueue();
  const answered: number[] = [];
  const refused: string[] = [];
  let revision = 0;
  let counted = 0;
  const collect = (): void => {
    if (counted === 0) return;
    const tally = new EvidenceTally('m', 1, 0);
    for (; counted > 0; counted -= 1) tally.operation('t1', 'canary', 'read', false);
    queue.add([tally]);
  };
  const state = () => ({
    service: 's',
    instance: 'i',
    implements: ['m'],
    acknowledged: [{ migration: 'm', revision, safeSide: 'old', draining: 0 } as const],
    maxStaleMs: 1,
  });
  const reporter = new Reporter(
    transport,
    timing,
    { queue, collect, state },
    {
      answered: ({ seq }) => answered.push(seq),
      refused: (status, dropped) => refused.push(`${status} ${dropped}`),
    },
  );
  reporter.start(1_000);
  return {
    timing,
    transport,
    reporter,
    answered,
    refused,
    count: (requests: number): void => {
      counted += requests;
    },
    setRevision: (now: number): void => {
      revision = now;
    },
    /** What a server that counts each number once has counted. */
    received: (): number => {
      const bySeq = new Map(transport.reports.map(({ seq, evidence }) => [seq, evidence]));
      const units = [...bySeq.values()].flat().flatMap((evidence) => evidence.units);
      return units.reduce((sum, unit) => sum + unit.requests, 0);
    },
  };
}

describe('Reporter', () => {
  it('numbers its reports and sends one per heartbeat', async () => {
    const { timing, transport } = given();
    await timing.advance(3_000);
    expect(transport.reports.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('sends a batch under its number until it is acknowledged, with a fresh acknowledgement', async () => {
    const { timing, transport, count, setRevision, received } = given();
    transport.behaviour = 'lost';
    count(2);
    await timing.advance(2_000);
    setRevision(9);
    count(3);
    await timing.advance(1_000);
    transport.behaviour = 'ok';
    await timing.advance(2_000);
    expect(transport.reports.map(({ seq }) => seq)).toEqual([1, 1, 1, 1, 2, 3]);
    expect(transport.reports[3]?.evidence).toEqual(transport.reports[0]?.evidence);
    expect(transport.reports[2]?.acknowledged[0]?.revision).toBe(9);
    expect(received()).toBe(5);
  });

  it('has only one report on its way, and after five seconds sends it again', async () => {
    const { timing, transport, reporter } = given();
    transport.behaviour = 'hangs';
    reporter.now();
    await timing.advance(4_999);
    reporter.now();
    expect(transport.reports).toHaveLength(1);
    transport.behaviour = 'ok';
    await timing.advance(1_001);
    expect(transport.reports.slice(0, 2).map(({ seq }) => seq)).toEqual([1, 1]);
  });

  it('reports at once when asked while nothing is on its way, and once more for what came meanwhile', async () => {
    const { transport, reporter } = given();
    reporter.now();
    reporter.now();
    reporter.now();
    await settle();
    expect(transport.reports.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it.each([400, 413, 422])('gives a batch up that is refused with %i', async (status) => {
    const { timing, transport, refused } = given();
    transport.behaviour = status;
    await timing.advance(2_000);
    expect(transport.reports.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(refused).toEqual([`${status} true`, `${status} true`]);
  });

  it.each([401, 403, 429, 500, 503])('keeps a batch that is refused with %i', async (status) => {
    const { timing, transport, refused } = given();
    transport.behaviour = status;
    await timing.advance(2_000);
    expect(transport.reports.map(({ seq }) => seq)).toEqual([1, 1]);
    expect(refused).toEqual([`${status} false`, `${status} false`]);
  });

  it('catches up after an outage within one heartbeat, and loses nothing', async () => {
    const { timing, transport, count, received } = given();
    transport.behaviour = 'away';
    for (let second = 0; second < 300; second += 1) {
      count(1);
      await timing.advance(1_000);
    }
    transport.behaviour = 'ok';
    await timing.advance(1_000);
    expect(received()).toBe(300);
  });

  it('confirms by a report that it sends now, instead of one that hangs since before', async () => {
    const { timing, transport, reporter, answered } = given();
    transport.behaviour = 'hangs';
    reporter.now();
    await settle();
    timing.freeze(3_000);
    transport.behaviour = 'ok';
    expect(await reporter.confirm(timing.monotonicMs(), 1_000)).toBe(true);
    expect(transport.reports.map(({ seq }) => seq)).toEqual([1, 1]);
    expect(answered).toEqual([1]);
  });

  it('joins confirmations, and says no when nobody answers in time', async () => {
    const { timing, transport, reporter } = given();
    transport.behaviour = 'hangs';
    const since = timing.monotonicMs();
    const both = Promise.all([reporter.confirm(since, 1_000), reporter.confirm(since, 1_000)]);
    await timing.advance(1_000);
    expect(await both).toEqual([false, false]);
    expect(transport.reports).toHaveLength(1);
  });

  it('leaves with everything that was left to say, and leaving in the last report only', async () => {
    const { transport, reporter, count, received } = given();
    count(5);
    await reporter.leave(2_000);
    expect(transport.reports.map(({ leaving }) => leaving)).toEqual([false, true]);
    expect(received()).toBe(5);
  });
});
