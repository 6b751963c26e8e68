import { isMapping } from '../kinds/exactly-one.ts';
import type { Path } from './located.ts';

/** Keys of a spec whose loss makes no other part of the document wrong. */
const harmless: readonly unknown[] = ['onFail', 'onNoData', 'keepForRetry'];

/**
 * The document without the places that are wrong, so that what is left can be checked in the same
 * run. Null when something is gone that other parts rest on: they would be blamed for nothing.
 */
export function salvage(value: unknown, wrong: readonly Path[]): unknown {
  if (!wrong.every(isDeep)) return null;
  return wrong.reduce((rest: unknown, path) => without(rest, path), value);
}

function isDeep(path: Path): boolean {
  if (typeof path.at(-1) !== 'string') return false;
  return path.length >= 3 || path[0] === 'metadata' || harmless.includes(path[1]);
}

function without(value: unknown, [head, ...rest]: Path): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === head ? without(item, rest) : item) as unknown);
  }
  if (!isMapping(value) || typeof head !== 'string') return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    if (key !== head) return [[key, item] as const];
    return rest.length === 0 ? [] : [[key, without(item, rest)] as const];
  });
  return Object.fromEntries(entries);
}
