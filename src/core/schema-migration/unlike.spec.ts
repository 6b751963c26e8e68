import { describe, expect, it } from '@jest/globals';
import { differing, unlike } from './unlike.ts';

const loose = 'public.loose';

describe('unlike', () => {
  it.each([
    ['bigint', null, 'a IS DISTINCT FROM b'],
    ['timestamp(3) with time zone', null, 'a IS DISTINCT FROM b'],
    ['character varying(20)', null, 'a IS DISTINCT FROM b'],
    ['text', loose, 'a COLLATE "C" IS DISTINCT FROM b'],
    ['numeric(10,2)', null, 'CAST(a AS text) COLLATE "C" IS DISTINCT FROM CAST(b AS text)'],
    ['citext', null, 'CAST(a AS text) COLLATE "C" IS DISTINCT FROM CAST(b AS text)'],
    ['text[]', loose, 'CAST(a AS text) COLLATE "C" IS DISTINCT FROM CAST(b AS text)'],
  ])('%s, collated by %s: %s', (type, collation, sql) => {
    expect(unlike('a', 'b', { type, collation })).toBe(sql);
  });
});

describe('differing', () => {
  it('takes numbers for equal that are written in two ways, and no two texts', () => {
    const numeric = { type: 'numeric', collation: loose };
    expect(differing('a', 'b', numeric)).toBe('a IS DISTINCT FROM b');
    expect(differing('a', 'b', { type: 'text', collation: loose })).toContain('COLLATE "C"');
    expect(differing('a', 'b', { type: 'text[]', collation: loose })).toContain('COLLATE "C"');
    expect(differing('a', 'b', { type: 'text[]', collation: null })).toBe('a IS DISTINCT FROM b');
  });
});
