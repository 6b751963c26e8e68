import { epochNow } from '../epoch-now.ts';

export type Side = 'old' | 'new';

/** What a users service saw itself do; the scenario's figures come from it. Epoch milliseconds. */
export interface ServiceFigures {
  readonly served: Readonly<Record<Side, number>>;
  readonly newReadsFailed: number;
  /** When the first operation that the fault hit ran. */
  readonly firstFaultAt: number | null;
  /** When a request was last answered from the new side. */
  readonly lastServedByNewAt: number | null;
  /** When the new side was last used at all, be it only for a comparison. */
  readonly lastUsedNewAt: number | null;
}

/** Counts in the service's own code, outside the SDK. */
export class ServiceRecord {
  readonly #sides = new WeakMap<object, Side>();
  readonly #served: Record<Side, number> = { old: 0, new: 0 };
  #newReadsFailed = 0;
  #firstFaultAt: number | null = null;
  #lastServedByNewAt: number | null = null;
  #lastUsedNewAt: number | null = null;

  faultHit(): void {
    this.#firstFaultAt ??= epochNow();
  }

  newReadFailed(): void {
    this.#newReadsFailed += 1;
  }

  /** Remembers which side made a result. Which of two results the caller gets, the SDK decides. */
  madeBy<T extends object>(side: Side, result: T): T {
    this.#sides.set(result, side);
    if (side === 'new') this.#lastUsedNewAt = epochNow();
    return result;
  }

  /** A request was answered with this result; says by which side. */
  answeredWith(result: object): Side {
    const side = this.#sides.get(result);
    if (side === undefined) throw new Error('a request was answered by neither side');
    this.#served[side] += 1;
    if (side === 'new') this.#lastServedByNewAt = epochNow();
    return side;
  }

  figures(): ServiceFigures {
    return {
      served: { ...this.#served },
      newReadsFailed: this.#newReadsFailed,
      firstFaultAt: this.#firstFaultAt,
      lastServedByNewAt: this.#lastServedByNewAt,
      lastUsedNewAt: this.#lastUsedNewAt,
    };
  }
}
