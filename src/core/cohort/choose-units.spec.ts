import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ActiveUnit, chooseUnits, type UnitChoice } from './choose-units.ts';
import { normalizedBucket } from './normalized-bucket.ts';

const choice: UnitChoice = { count: 3, order: 'hash', groupId: 'g', groups: [] };
const tenants = (count: number): ActiveUnit[] =>
  Array.from({ length: count }, (_, n) => ({ unit: `tenant-${n}`, requests: 1000 - n }));
const candidates = fc
  .uniqueArray(fc.oneof(fc.uuid(), fc.string({ minLength: 1, unit: 'binary' })), { maxLength: 60 })
  .map((units) => units.map((unit, n) => ({ unit, requests: (n * 37) % 11 })));

describe('chooseUnits', () => {
  it('takes those that the smallest share would take, so that they stay in every larger one', () => {
    const chosen = chooseUnits(tenants(300), choice);
    const buckets = chosen.map((unit) => normalizedBucket(unit, 'g'));
    const smallest = tenants(300).map(({ unit }) => normalizedBucket(unit, 'g'));
    expect(buckets).toEqual(smallest.toSorted((a, b) => a - b).slice(0, 3));
  });

  it('takes those with the fewest requests first where it is told to', () => {
    const chosen = chooseUnits(tenants(300), { ...choice, order: 'smallestTraffic' });
    expect(chosen).toEqual(['tenant-299', 'tenant-298', 'tenant-297']);
  });

  it('is monotone, and takes exactly as many as it is told to, in whatever order they come', () => {
    const orders = fc.constantFrom('hash', 'smallestTraffic');
    fc.assert(
      fc.property(candidates, fc.nat(60), fc.nat(60), orders, (all, a, b, order) => {
        const [few, many] = [Math.min(a, b) + 1, Math.max(a, b) + 1];
        const smaller = chooseUnits(all, { ...choice, order, count: few });
        const larger = chooseUnits(all.toReversed(), { ...choice, order, count: many });
        expect(smaller).toHaveLength(Math.min(few, all.length));
        expect(larger.slice(0, smaller.length).toSorted()).toEqual(smaller.toSorted());
      }),
    );
  });

  it('takes groups whole or not at all, idle members along, and no more than it is told to', () => {
    const groups = [
      ['tenant-0', 'tenant-1', 'idle'],
      ['tenant-2', 'tenant-3', 'tenant-4', 'tenant-5'],
    ];
    const order = 'smallestTraffic';
    const all = tenants(6);
    expect(chooseUnits(all, { ...choice, order, groups, count: 5 }).toSorted()).toEqual([
      'tenant-2',
      'tenant-3',
      'tenant-4',
      'tenant-5',
    ]);
    expect(chooseUnits(all, { ...choice, order, groups, count: 6 })).toContain('idle');
  });

  it('takes a group that is larger than what is wanted when it would take nobody else', () => {
    const groups = [tenants(4).map(({ unit }) => unit)];
    expect(chooseUnits(tenants(4), { ...choice, groups, count: 1 })).toHaveLength(4);
  });
});
