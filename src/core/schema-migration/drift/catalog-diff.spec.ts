import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { catalogDiff, driftWords } from './catalog-diff.ts';

const was = {
  'column public.users.dob': 'text',
  'column public.users.name': 'text, not null',
  'view v1.users': 'owned by app:\n SELECT id\n   FROM users',
};

describe('the difference of two catalogs', () => {
  it('says what was added, removed and changed', () => {
    const is = {
      'column public.users.name': 'text',
      'column public.users.note': "text, default 'x'",
      'view v1.users': was['view v1.users'],
    };
    expect(catalogDiff(was, is)).toEqual([
      'column public.users.dob was removed: text',
      'column public.users.name was changed: text, not null became text',
      "column public.users.note was added: text, default 'x'",
    ]);
  });

  it('says nothing of what is the same', () => {
    expect(catalogDiff(was, { ...was })).toEqual([]);
  });

  it('keeps to one line each, of bounded length', () => {
    const [line = ''] = catalogDiff(was, { ...was, 'view v1.users': 'x\n'.repeat(500) });
    expect(line).not.toContain('\n');
    expect(line.length).toBeLessThan(450);
  });

  it('shows long texts from where they differ', () => {
    const body = 'SELECT a, '.repeat(40);
    const [line] = catalogDiff({ v: `${body}b` }, { v: `${body}c` });
    expect(line).toBe(
      'v was changed: …SELECT a, SELECT a, SELECT a, b became …SELECT a, SELECT a, SELECT a, c',
    );
  });

  it('tells as much both ways: what one direction adds, the other removes', () => {
    const facts = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        expect(catalogDiff(one, other)).toHaveLength(catalogDiff(other, one).length);
      }),
    );
  });
});

describe('the words of a drift', () => {
  it('are bounded, and say how much more there is', () => {
    expect(driftWords(['a', 'b'])).toBe('a; b');
    expect(driftWords(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a; b; c; d; e; and 2 more');
  });
});
