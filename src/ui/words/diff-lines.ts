/** A line of a comparison: in both texts, only in the earlier one, or only in the later one. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** Texts with more pairs of lines than this, beside what they begin and end with alike, are not compared. */
const mostPairs = 4_000_000;

/** The later text against the earlier one, by the longest sequence of lines that both have. */
export function diffLines(earlier: string, later: string): readonly DiffLine[] {
  const [before, after] = [earlier.split('\n'), later.split('\n')];
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const rest = Math.min(before.length, after.length) - head;
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...before.slice(0, head).map(same),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length * after.length > mostPairs) return [...before.map(gone), ...after.map(added)];
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    const [one, other] = [before[i] ?? '', after[j] ?? ''];
    const kind = one === other ? 'same' : keepsMore(common, i, j) ? 'gone' : 'new';
    lines.push({ kind, text: kind === 'new' ? other : one });
    if (kind !== 'new') i += 1;
    if (kind !== 'gone') j += 1;
  }
  return [...lines, ...before.slice(i).map(gone), ...after.slice(j).map(added)];
}

/** Whether as much is kept when the line of the earlier text is passed by. */
function keepsMore(common: readonly Uint32Array[], i: number, j: number): boolean {
  return at(common, i + 1, j) >= at(common, i, j + 1);
}

/** `[i][j]`: how many lines the rests from `i` and from `j` on have in common, in order. */
function commonLengths(
  before: readonly string[],
  after: readonly string[],
): readonly Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const row = rows[i] ?? new Uint32Array();
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] =
        before[i] === after[j]
          ? at(rows, i + 1, j + 1) + 1
          : Math.max(at(rows, i + 1, j), at(rows, i, j + 1));
    }
  }
  return rows;
}

function at(rows: readonly Uint32Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}

function same(text: string): DiffLine {
  return { kind: 'same', text };
}

function gone(text: string): DiffLine {
  return { kind: 'gone', text };
}

function added(text: string): DiffLine {
  return { kind: 'new', text };
}
