import { describe, expect, it } from '@jest/globals';
import { Journal } from './journal.ts';

describe('Journal', () => {
  it('expects the last acknowledged value of each key', () => {
    const journal = new Journal();
    journal.begin(1, '1990-01-01');
    journal.acknowledge(1, 10, 'old');
    journal.begin(1, null);
    journal.acknowledge(1, 20, 'new');
    expect(journal.expectations()).toEqual([{ id: 1, acknowledged: null, triedLater: [] }]);
    expect(journal.acknowledged.map((write) => write.side)).toEqual(['old', 'new']);
  });

  it('allows a later write that was never acknowledged, and lets nobody write that key again', () => {
    const journal = new Journal();
    journal.begin(1, '1990-01-01');
    journal.acknowledge(1, 10, 'old');
    journal.begin(1, '1991-02-02');
    expect(journal.isFree(1)).toBe(false);
    expect(() => journal.begin(1, '1992-03-03')).toThrow('not acknowledged');
    expect(journal.expectations()).toEqual([
      { id: 1, acknowledged: '1990-01-01', triedLater: ['1991-02-02'] },
    ]);
  });

  it('expects nothing of a key without an acknowledged write', () => {
    const journal = new Journal();
    journal.begin(1, '1990-01-01');
    expect(journal.expectations()).toEqual([]);
    expect(() => journal.acknowledge(2, 1, 'old')).toThrow('no write');
  });
});
