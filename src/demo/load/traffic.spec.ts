import { describe, expect, it } from '@jest/globals';
import { seededRows, tenantCount, tenantName } from '../tenants.ts';
import { seededRandom } from './random.ts';
import { Traffic } from './traffic.ts';

const tenantOf = (id: number): string => tenantName((id - 1) % tenantCount);

describe('Traffic', () => {
  const draw = (count: number) => {
    const traffic = new Traffic(seededRandom(5));
    return Array.from({ length: count }, () => traffic.next(() => true));
  };

  it('is about 70 % reads and 30 % writes, inserts among them', () => {
    const operations = draw(20_000);
    const part = (kind: string): number =>
      operations.filter((operation) => operation.kind === kind).length / operations.length;
    expect(part('read')).toBeCloseTo(0.7, 1);
    expect(part('update')).toBeCloseTo(0.2, 1);
    expect(part('insert')).toBeCloseTo(0.1, 1);
  });

  it('asks for rows that exist and belong to the tenant, and inserts under ids that are new', () => {
    const operations = draw(5_000);
    const inserted = operations.filter((operation) => operation.kind === 'insert');
    const others = operations.filter((operation) => operation.kind !== 'insert');
    expect(others.every(({ id, tenantId }) => id <= seededRows && tenantOf(id) === tenantId)).toBe(
      true,
    );
    expect(inserted.every(({ id }) => id > seededRows)).toBe(true);
    expect(new Set(inserted.map(({ id }) => id)).size).toBe(inserted.length);
  });

  it('never updates a key that is not free', () => {
    const traffic = new Traffic(seededRandom(5));
    const isFree = (id: number): boolean => id % 400 > 200;
    const updates = Array.from({ length: 2_000 }, () => traffic.next(isFree)).filter(
      ({ kind }) => kind === 'update',
    );
    expect(updates.length).toBeGreaterThan(0);
    expect(updates.every(({ id }) => isFree(id))).toBe(true);
  });

  it('reads where a tenant has no key left to update', () => {
    const traffic = new Traffic(seededRandom(5));
    const operations = Array.from({ length: 1_000 }, () => traffic.next(() => false));
    expect(operations.filter(({ kind }) => kind === 'update')).toEqual([]);
    expect(operations.some(({ kind }) => kind === 'read')).toBe(true);
  });

  it('reads back what a tenant wrote lately', () => {
    const traffic = new Traffic(seededRandom(5));
    const insert = draw(1_000).find(({ kind }) => kind === 'insert');
    if (insert === undefined) throw new Error('no insert among a thousand operations');
    traffic.written(insert);
    const reads = Array.from({ length: 20_000 }, () => traffic.next(() => true));
    expect(reads.some(({ kind, id }) => kind === 'read' && id === insert.id)).toBe(true);
  });
});
