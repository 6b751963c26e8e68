const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A duration as policies write it, in the largest unit that it is a whole number of: `90m`. */
export function writtenDuration(ms: number): string {
  const [unit, size] = units.find((one) => ms > 0 && ms % one[1] === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** `bakeMs` is written `bake`. */
export function writtenKey(key: string): string {
  return key.endsWith('Ms') ? key.slice(0, -2) : key;
}
