import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DiffLine, diffLines } from './diff-lines.ts';

const marks = { same: ' ', gone: '-', new: '+' } as const;

const shown = (lines: readonly DiffLine[]): string =>
  lines.map(({ kind, text }) => `${marks[kind]}${text}`).join('\n');

describe('two texts compared', () => {
  it('show what was changed, added and taken away, and keep the rest', () => {
    expect(shown(diffLines('a\nb\nc\nd', 'a\nB\nc\nd\ne'))).toBe(' a\n-b\n+B\n c\n d\n+e');
  });

  it('keep as much as they have in common, in order', () => {
    const lines = diffLines('a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc');
    expect(lines.filter(({ kind }) => kind === 'same')).toHaveLength(4);
  });

  it('hold both texts, line by line', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before.join('\n'), after.join('\n'));
        const without = (kind: DiffLine['kind']): readonly string[] =>
          lines.filter((line) => line.kind !== kind).map((line) => line.text);
        expect(without('new')).toEqual(before);
        expect(without('gone')).toEqual(after);
      }),
    );
  });
});
