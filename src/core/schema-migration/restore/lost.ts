import type { Matched } from './matched.ts';
import type { StandingConstraint, StandingIndex } from './standing.ts';

/** Under this name a thing is built beside what has its name now. */
export const interimBack = (number: string | number): string => `_crossfade_back_${number}`;

/** Indexes that are gone, or go with a constraint that did not stand before. */
export function lostIndexes({ was, is }: Matched): readonly StandingIndex[] {
  return was.indexes.filter((then) => {
    const now = is.indexes.find(({ number }) => number === then.number);
    if (now === undefined) return true;
    const owner = is.constraints.find(({ index }) => index === now.number);
    return owner !== undefined && was.constraints.every(({ number }) => number !== owner.number);
  });
}

export function lostConstraints(
  { was, is }: Matched,
  ...kinds: readonly StandingConstraint['kind'][]
): readonly StandingConstraint[] {
  return was.constraints.filter(
    ({ number, kind }) =>
      kinds.includes(kind) && is.constraints.every((now) => now.number !== number),
  );
}
