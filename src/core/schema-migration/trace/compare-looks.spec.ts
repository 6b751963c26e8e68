import { describe, expect, it } from '@jest/globals';
import { compareLooks, type Look, type SeenRelation } from './compare-looks.ts';

const table = (name: string, more: Partial<SeenRelation> = {}): SeenRelation => ({
  oid: name,
  name,
  isIndex: false,
  table: name,
  file: `${name}-1`,
  rows: 10,
  read: 0,
  changed: 0,
  ...more,
});
const index = (name: string, on: string, file = `${name}-1`): SeenRelation =>
  table(name, { isIndex: true, table: on, file });

const look = (relations: readonly SeenRelation[], locks: Look['locks'] = []): Look => ({
  relations,
  locks,
});
const begin = look([table('t'), index('i', 't'), table('view', { file: null })]);

describe('what happened between two looks', () => {
  it('is nothing where nothing has changed', () => {
    expect(compareLooks(begin, begin, begin)).toEqual({
      locks: [],
      rewritten: [],
      indexed: [],
      read: [],
      changed: [],
    });
  });

  it('is a table written anew where it is stored elsewhere, not one that is gone or stores nothing', () => {
    const after = (file: string | null) => look([table('t', { file }), table('view')]);
    expect(compareLooks(begin, begin, after('t-2')).rewritten).toEqual(['t']);
    expect(compareLooks(begin, begin, look([])).rewritten).toEqual([]);
  });

  it('is an index that was built, once for each table that was there before', () => {
    const built = [index('i', 't', 'i-2'), index('j', 't'), index('k', 'made')];
    const after = look([...begin.relations, ...built, table('made')]);
    expect(compareLooks(begin, begin, after).indexed).toEqual(['t']);
    expect(compareLooks(begin, begin, begin).indexed).toEqual([]);
  });

  it('is a walk over all rows, read or changed, of a table that has some', () => {
    const before = look([table('t', { read: 3, changed: 4 }), table('none', { rows: 0 })]);
    const seen = (read: number, changed: number) => {
      const after = look([table('t', { read, changed }), table('none', { rows: 0 })]);
      return compareLooks(before, before, after);
    };
    expect(seen(13, 14)).toMatchObject({ read: ['t'], changed: ['t'] });
    expect(seen(12, 13)).toMatchObject({ read: [], changed: [] });
  });

  it('is the strongest lock on each table that was there before the script', () => {
    const locks = [
      { oid: 't', mode: 'AccessShareLock' },
      { oid: 't', mode: 'ShareRowExclusiveLock' },
      { oid: 't', mode: 'RowExclusiveLock' },
      { oid: 'i', mode: 'AccessExclusiveLock' },
      { oid: 'made', mode: 'AccessExclusiveLock' },
    ];
    const before = look([...begin.relations, table('made')]);
    expect(compareLooks(begin, before, look(before.relations, locks)).locks).toEqual([
      { table: 't', level: 'ShareRowExclusive' },
    ]);
  });

  it.each([
    ['RowShareLock', 'AccessShare'],
    ['ExclusiveLock', 'ShareRowExclusive'],
    ['ShareUpdateExclusiveLock', 'ShareUpdateExclusive'],
    ['AccessExclusiveLock', 'AccessExclusive'],
  ])('has %s for %s', (mode, level) => {
    const after = look(begin.relations, [{ oid: 't', mode }]);
    expect(compareLooks(begin, begin, after).locks).toEqual([{ table: 't', level }]);
  });
});
