/** Versions by their numbers, the first one first; what is left out counts as 0. Negative when `one` goes first. */
export function compareVersions(one: readonly bigint[], other: readonly bigint[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const [mine, theirs] = [one[at] ?? 0n, other[at] ?? 0n];
    if (mine !== theirs) return mine < theirs ? -1 : 1;
  }
  return 0;
}
