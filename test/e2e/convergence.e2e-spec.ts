import { beforeAll, describe, expect, it } from '@jest/globals';
import { converge, type Convergence } from '../support/convergence.ts';

let seen: Convergence;

beforeAll(async () => {
  seen = await converge(3);
}, 180_000);

describe('a rollback from 50 % with three instances in processes of their own', () => {
  it('was preceded by a hold: an instance without the new code lets no step begin', () => {
    expect(seen.heldAt).toBe('shadow');
    expect(seen.heldBecause).toContain('users-api 2/3 run revision');
  });

  it('is on every running instance within a second', () => {
    expect(seen.othersMs).toHaveLength(2);
    expect(Math.max(...seen.othersMs)).toBeLessThan(1_000);
  });

  it('has not arrived while an instance is frozen, and names it', () => {
    expect(seen.frozen.waiting).toContain(`${seen.frozen.name}`);
    expect(seen.frozen.waiting).toMatch(/rollback has not arrived: pod-1-\w+ is silent for \d+ s/);
  });

  it('reaches the frozen one before it serves again', () => {
    expect(seen.frozen.first.side).toBe('old');
    expect(seen.frozen.first.sleptMs).toBeGreaterThan(2_000);
    expect(seen.arrivedMs).toBeGreaterThan(Math.max(...seen.othersMs));
  });

  it('reaches a plain client that was started from an old backup', () => {
    expect(seen.fromBackup).toEqual(['live', 'off']);
  });
});
