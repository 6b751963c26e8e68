/** Semantic Versioning 2.0.0: major.minor.patch, pre-release identifiers, build metadata. */
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

const LONGEST = 256;

interface Version {
  readonly numbers: readonly number[];
  readonly preRelease: readonly string[];
}

/** Below 0 when `a` comes before `b`, above 0 when after; null when either is no version. */
export function compareVersions(a: string, b: string): number | null {
  const [left, right] = [parse(a), parse(b)];
  if (left === null || right === null) return null;
  const numbers = firstDifference(left.numbers, right.numbers, (x, y) => x - y);
  return numbers === 0 ? comparePreReleases(left.preRelease, right.preRelease) : numbers;
}

function parse(text: string): Version | null {
  const parts = text.length > LONGEST ? null : VERSION.exec(text);
  if (parts === null) return null;
  const numbers = parts.slice(1, 4).map(Number);
  if (!numbers.every(Number.isSafeInteger)) return null;
  return { numbers, preRelease: parts[4]?.split('.') ?? [] };
}

/** A version comes after its own pre-releases; a longer list of identifiers after its beginning. */
function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  const difference = firstDifference(a, b, compareIdentifiers);
  return difference === 0 ? a.length - b.length : difference;
}

/** Numbers come before words. */
function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return Number(a) - Number(b);
  if (left !== right) return left ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function firstDifference<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (x: T, y: T) => number,
): number {
  for (const [index, item] of a.entries()) {
    const other = b[index];
    const difference = other === undefined ? 0 : compare(item, other);
    if (difference !== 0) return difference;
  }
  return 0;
}
