import type { MismatchKind } from '../core/protocol/evidence.ts';
import { statusOf } from './not-an-error.ts';
import type { Attempt } from './attempt.ts';
import { isSameItems, isStructurallyEqual } from './structural-equality.ts';

/** How an application may bend the comparison of its answers. */
export interface Comparing<T> {
  /** Decides instead of the structural comparison; a difference is then of kind `field`. */
  readonly compare?: (old: T, fresh: T) => boolean;
  /** Applied to both answers first, for what may differ without meaning anything. */
  readonly normalise?: (value: T) => unknown;
}

/** How the new side's outcome differs from the old side's; null when it does not. */
export function differenceOf<T>(
  old: Attempt<T>,
  fresh: Attempt<T>,
  comparing: Comparing<T>,
): MismatchKind | null {
  if (old.ok && fresh.ok) return differenceOfValues(old.value, fresh.value, comparing);
  if (old.ok || fresh.ok) return 'error';
  return isSameError(old.error, fresh.error) ? null : 'error';
}

function differenceOfValues<T>(old: T, fresh: T, comparing: Comparing<T>): MismatchKind | null {
  const { compare, normalise } = comparing;
  if (compare !== undefined) return compare(old, fresh) ? null : 'field';
  if (normalise === undefined) return kindOfDifference(old, fresh);
  return kindOfDifference(normalise(old), normalise(fresh));
}

/** The structural comparison and, where it finds a difference, a name for it. */
export function kindOfDifference(old: unknown, fresh: unknown): MismatchKind | null {
  if (isStructurallyEqual(old, fresh)) return null;
  if (isNothing(old) !== isNothing(fresh)) return isNothing(old) ? 'extra' : 'missing';
  if (!Array.isArray(old) || !Array.isArray(fresh)) return 'field';
  if (fresh.length !== old.length) return fresh.length > old.length ? 'extra' : 'missing';
  return isSameItems(old, fresh) ? 'order' : 'field';
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Both sides refuse in the same way: by the same HTTP status, else by the same kind of error. */
function isSameError(old: unknown, fresh: unknown): boolean {
  const [a, b] = [statusOf(old), statusOf(fresh)];
  if (a !== undefined || b !== undefined) return a === b;
  return old instanceof Error && fresh instanceof Error && old.name === fresh.name;
}
