import { describe, expect, it } from '@jest/globals';
import type { MigrationEvidence } from '../core/protocol/evidence.ts';
import { EvidenceQueue } from './evidence-queue.ts';
import { EvidenceTally } from './evidence-tally.ts';

function tick(at: number, units: readonly string[], revision = 1): EvidenceTally {
  const tally = new EvidenceTally('users-birthdate', revision, at);
  for (const unit of units) tally.operation(unit, 'canary', 'read', false);
  tally.endAt(at + 1_000);
  return tally;
}

function drained(queue: EvidenceQueue): readonly (readonly MigrationEvidence[])[] {
  const reports = [];
  while (!queue.isEmpty) reports.push(queue.take());
  return reports;
}

function requests(reports: readonly (readonly MigrationEvidence[])[]): number {
  const units = reports.flat().flatMap((evidence) => evidence.units);
  return units.reduce((sum, unit) => sum + unit.requests, 0);
}

const units = (count: number): string[] => Array.from({ length: count }, (_, at) => `tenant-${at}`);

describe('EvidenceQueue', () => {
  it('keeps a minute of ticks apart and merges what is older, losing nothing', () => {
    const queue = new EvidenceQueue();
    for (let second = 0; second < 600; second += 1) queue.add([tick(second * 1_000, ['t1'])]);
    const reports = drained(queue);
    const evidence = reports.flat();
    expect(evidence).toHaveLength(60);
    expect(evidence[0]).toMatchObject({ fromMs: 0, toMs: 541_000 });
    expect(evidence[59]).toMatchObject({ fromMs: 599_000, toMs: 600_000 });
    expect(requests(reports)).toBe(600);
  });

  it('never merges evidence of different revisions', () => {
    const queue = new EvidenceQueue();
    for (let second = 0; second < 200; second += 1) {
      queue.add([tick(second, ['t1'], second < 100 ? 1 : 2)]);
    }
    const sums = new Map<number, number>();
    for (const { revision, units: rows } of drained(queue).flat()) {
      sums.set(revision, (sums.get(revision) ?? 0) + (rows[0]?.requests ?? 0));
    }
    expect([...sums]).toEqual([
      [1, 100],
      [2, 100],
    ]);
  });

  it('bounds the rows it keeps, however many units there are', () => {
    const queue = new EvidenceQueue();
    const many = units(10_000);
    for (let second = 0; second < 30; second += 1) queue.add([tick(second, many)]);
    const reports = drained(queue);
    const rows = reports.flat().reduce((sum, { units: kept }) => sum + kept.length, 0);
    expect(rows).toBeLessThanOrEqual(50_000);
    expect(requests(reports)).toBe(300_000);
  });

  it('sends at most 2,000 rows in one report', () => {
    const queue = new EvidenceQueue();
    queue.add([tick(0, units(4_500)), tick(1, units(1_500), 2)]);
    const sizes = drained(queue).map((report) =>
      report.reduce((sum, evidence) => sum + evidence.units.length, 0),
    );
    expect(sizes).toEqual([2_000, 2_000, 2_000]);
  });

  it('takes several small ticks into one report', () => {
    const queue = new EvidenceQueue();
    queue.add([tick(0, ['t1']), tick(1, ['t1']), tick(2, ['t2'])]);
    expect(queue.take()).toHaveLength(3);
    expect(queue.isEmpty).toBe(true);
    expect(queue.take()).toEqual([]);
  });
});
