/** The candidate that `word` was most likely meant to be; null when none is close. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  // Long input is no typing slip, and comparing it would cost its length squared.
  if (word.length > 64) return null;
  const lower = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let rows: Rows = { before: [], last: Array.from({ length: b.length + 1 }, (_, index) => index) };
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(
        Math.min(
          at(rows.last, j - 1) + change,
          at(rows.last, j) + 1,
          at(row, j - 1) + 1,
          swapped ? at(rows.before, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows = { before: rows.last, last: row };
  }
  return at(rows.last, b.length);
}

/** The distances of the two shorter beginnings of the word. */
interface Rows {
  readonly before: readonly number[];
  readonly last: readonly number[];
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
