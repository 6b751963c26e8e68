import type { Condition } from './read-condition.ts';
import { complement, type Region } from './region.ts';

/** What a threshold guard must keep. */
export interface Limits {
  /** How several results become one; null where the query has one anyway. */
  readonly combine: 'min' | 'max' | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Limits that are broken themselves in the condition; a guard's limits are good. */
  readonly strict: readonly number[];
}

/** The opposite condition. */
export function negated({ over, region, mentions }: Condition): Condition {
  const opposite = { all: 'any', any: 'all', value: 'value' } as const;
  return { over: opposite[over], region: complement(region), mentions };
}

export function sameCondition(one: Condition, other: Condition): boolean {
  return one.over === other.over && JSON.stringify(one.region) === JSON.stringify(other.region);
}

/** The limits that hold just as long as `good` does, or why there are none. */
export function limitsOf({ over, region }: Condition): readonly Limits[] | string {
  const bounds = boundsOf(region);
  if (typeof bounds === 'string') return bounds;
  const { min, max, strict } = bounds;
  if (over === 'value') return [{ combine: null, min, max, strict }];
  const isStrict = (limit: number): readonly number[] => strict.filter((found) => found === limit);
  // All are at least `min` when the least is; any is when the greatest is.
  const lower =
    min === null
      ? []
      : [
          {
            combine: over === 'all' ? ('min' as const) : ('max' as const),
            min,
            max: null,
            strict: isStrict(min),
          },
        ];
  const upper =
    max === null
      ? []
      : [
          {
            combine: over === 'all' ? ('max' as const) : ('min' as const),
            min: null,
            max,
            strict: isStrict(max),
          },
        ];
  if (over === 'any' && min !== null && max !== null) {
    return 'that any of several results lies in a range is no limit of one value';
  }
  return [...lower, ...upper];
}

function boundsOf(region: Region): Omit<Limits, 'combine'> | string {
  const [only, another] = region;
  if (only === undefined) return 'no value would be good';
  if (another !== undefined) return 'the good values are not one range, from a least to a greatest';
  const { low, lowOpen, high, highOpen } = only;
  const min = Number.isFinite(low) ? low : null;
  const max = Number.isFinite(high) ? high : null;
  if (min === null && max === null) return 'every value would be good';
  const strict = [
    ...(min !== null && lowOpen ? [min] : []),
    ...(max !== null && highOpen ? [max] : []),
  ];
  return { min, max, strict };
}
