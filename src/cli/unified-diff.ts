/** Larger changes are shown as one whole: comparing them takes the product of their lengths. */
const cellsAtMost = 4_000_000;

/** Unchanged lines around a change. */
const context = 3;

type Line = readonly [sign: ' ' | '-' | '+', text: string];

/**
 * What turns one text into another, as `diff -u` writes it; empty when nothing does. By the longest common
 * subsequence of lines, so that as few as possible are shown.
 */
export function unifiedDiff(from: string, to: string, names: readonly [string, string]): string {
  const lines = changed(linesOf(from), linesOf(to));
  if (lines.every(([sign]) => sign === ' ')) return '';
  const hunks = hunksOf(lines).map((hunk) => hunkText(lines, hunk));
  return [`--- ${names[0]}`, `+++ ${names[1]}`, ...hunks, ''].join('\n');
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function changed(a: readonly string[], b: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let end = 0;
  const left = Math.min(a.length, b.length) - start;
  while (end < left && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => [' ', text]);
  return [
    ...same(a.slice(0, start)),
    ...between(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

function between(a: readonly string[], b: readonly string[]): readonly Line[] {
  if (a.length * b.length > cellsAtMost) {
    return [...a.map((text) => ['-', text] as const), ...b.map((text) => ['+', text] as const)];
  }
  const common = commonLengths(a, b);
  const length = (i: number, j: number): number => common[i * (b.length + 1) + j] ?? 0;
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && x === y) {
      lines.push([' ', x]);
      i += 1;
      j += 1;
    } else if (x !== undefined && (y === undefined || length(i + 1, j) >= length(i, j + 1))) {
      lines.push(['-', x]);
      i += 1;
    } else {
      lines.push(['+', y ?? '']);
      j += 1;
    }
  }
  return lines;
}

/** Of the rests from line i and from line j on, row by row. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const [down, right] = [lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0];
      const both = 1 + (lengths[(i + 1) * width + j + 1] ?? 0);
      lengths[i * width + j] = a[i] === b[j] ? both : Math.max(down, right);
    }
  }
  return lengths;
}

type Hunk = readonly [from: number, to: number];

/** Changes with what is around them; those that are near each other are one. */
function hunksOf(lines: readonly Line[]): readonly Hunk[] {
  const hunks: [number, number][] = [];
  for (const [index, [sign]] of lines.entries()) {
    if (sign === ' ') continue;
    const last = hunks.at(-1);
    const to = Math.min(lines.length, index + 1 + context);
    if (last !== undefined && index - context <= last[1]) last[1] = to;
    else hunks.push([Math.max(0, index - context), to]);
  }
  return hunks;
}

function hunkText(lines: readonly Line[], [from, to]: Hunk): string {
  const count = (part: readonly Line[], without: '-' | '+'): number =>
    part.filter(([sign]) => sign !== without).length;
  const [before, part] = [lines.slice(0, from), lines.slice(from, to)];
  const range = (without: '-' | '+'): string => {
    const size = count(part, without);
    // An empty range is named by the line before it.
    return `${count(before, without) + (size === 0 ? 0 : 1)},${size}`;
  };
  const head = `@@ -${range('+')} +${range('-')} @@`;
  return [head, ...part.map(([sign, text]) => sign + text)].join('\n');
}
