/** A range of finite numbers; an end may be open, or infinite. */
export interface Range {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

/** A set of finite numbers: ranges that do not touch, in order. */
export type Region = readonly Range[];

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

export const everyNumber: Region = [
  { low: -Infinity, lowOpen: true, high: Infinity, highOpen: true },
];

export const noNumber: Region = [];

/** The numbers that stand so to `limit`. */
export function numbersThat(comparison: Comparison, limit: number): Region {
  const below = { low: -Infinity, lowOpen: true, high: limit };
  const above = { low: limit, high: Infinity, highOpen: true };
  switch (comparison) {
    case '<':
      return [{ ...below, highOpen: true }];
    case '<=':
      return [{ ...below, highOpen: false }];
    case '>':
      return [{ ...above, lowOpen: true }];
    case '>=':
      return [{ ...above, lowOpen: false }];
    case '==':
      return [{ low: limit, lowOpen: false, high: limit, highOpen: false }];
    case '!=':
      return complement(numbersThat('==', limit));
  }
}

export function complement(region: Region): Region {
  const gaps: Range[] = [];
  let low = -Infinity;
  let lowOpen = true;
  for (const range of region) {
    gaps.push({ low, lowOpen, high: range.low, highOpen: !range.lowOpen });
    low = range.high;
    lowOpen = !range.highOpen;
  }
  gaps.push({ low, lowOpen, high: Infinity, highOpen: true });
  return gaps.filter(holdsANumber);
}

export function intersect(one: Region, other: Region): Region {
  return one
    .flatMap((a) => other.map((b) => overlap(a, b)))
    .filter(holdsANumber)
    .toSorted((a, b) => a.low - b.low);
}

export function unite(one: Region, other: Region): Region {
  return complement(intersect(complement(one), complement(other)));
}

function overlap(a: Range, b: Range): Range {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return {
    low,
    lowOpen: [a, b].some((range) => range.low === low && range.lowOpen),
    high,
    highOpen: [a, b].some((range) => range.high === high && range.highOpen),
  };
}

function holdsANumber({ low, lowOpen, high, highOpen }: Range): boolean {
  return low < high || (low === high && !lowOpen && !highOpen && Number.isFinite(low));
}
