import type { CatalogFacts } from './catalog-facts.ts';

/** More changes than this are counted, not told. */
const toldAtMost = 5;
const lettersAtMost = 160;
const lettersBefore = 30;

/** What has been added, removed or changed, each in words; empty when all is as it was. */
export function catalogDiff(was: CatalogFacts, is: CatalogFacts): readonly string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted();
  return names.flatMap((name) => {
    const [before, now] = [was[name], is[name]];
    if (before === now) return [];
    if (before === undefined) return [`${name} was added: ${short(now ?? '')}`];
    if (now === undefined) return [`${name} was removed: ${short(before)}`];
    const from = firstDifference(before, now);
    return [`${name} was changed: ${short(before, from)} became ${short(now, from)}`];
  });
}

/** The changes as one sentence, bounded. */
export function driftWords(changes: readonly string[]): string {
  const told = changes.slice(0, toldAtMost).join('; ');
  const more = changes.length - toldAtMost;
  return more > 0 ? `${told}; and ${more} more` : told;
}

/** Where two long texts begin to differ, with a few letters before it; 0 for short ones. */
function firstDifference(one: string, other: string): number {
  if (Math.max(one.length, other.length) <= lettersAtMost) return 0;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return Math.max(0, at - lettersBefore);
}

function short(fact: string, from = 0): string {
  const rest = fact.slice(from).replaceAll(/\s+/g, ' ').trim();
  const line = rest.length > lettersAtMost ? `${rest.slice(0, lettersAtMost)}…` : rest;
  return from === 0 ? line : `…${line}`;
}
