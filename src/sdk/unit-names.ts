import { bucketUnit } from '../core/protocol/shared-units.ts';
import { isStorable } from '../core/protocol/storable.ts';
import { unitBucket } from '../core/cohort/unit-bucket.ts';

/** Units that evidence names one by one; those that come later share the buckets below. */
const named = 10_000;

/** A longer id is no id of a tenant; it goes into a bucket rather than over the wire. */
const longestName = 200;

/** Keeps evidence bounded however many units there are: the first 10,000 keep their names. */
export class UnitNames {
  readonly #known = new Set<string>();
  readonly #limit: number;

  constructor(limit = named) {
    this.#limit = limit;
  }

  nameOf(unit: string): string {
    if (this.#known.has(unit)) return unit;
    if (this.#known.size < this.#limit && unit.length <= longestName && isStorable(unit)) {
      this.#known.add(unit);
      return unit;
    }
    return bucketUnit(unitBucket(unit));
  }
}
