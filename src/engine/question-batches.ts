import type { MetricQuery } from '../core/metrics/metric-query.ts';

/** A question, and the window that it is asked for: after `from`, up to `at`. Epoch milliseconds. */
export interface Due {
  readonly query: MetricQuery;
  readonly from: number;
  readonly at: number;
}

/** The same question of one rollout or of several, for the same window. Never empty. */
export type Batch = readonly Due[];

/** Rollouts that are asked for as one at the most: some hundred bytes of answer each. */
const mostTogether = 500;

/** Questions that are kept apart at the most; a wrong query must not become a thousand questions. */
const mostApart = 64;

/**
 * Puts the same questions of several rollouts together, and remembers of a provider which of them it
 * refused: those are asked by themselves until they are answered, so that they spoil nobody else's.
 */
export class QuestionBatches {
  readonly #apart = new Set<string>();
  /** How many may be together, where it had to be fewer. By the key of the shared question. */
  readonly #sizes = new Map<string, number>();

  of(due: readonly Due[]): readonly Batch[] {
    const batches: Due[][] = [];
    const open = new Map<string, Due[]>();
    for (const one of due) {
      const { key, shared } = one.query;
      const isAlone = shared === null || this.#apart.has(key);
      const together = isAlone ? key : JSON.stringify([shared.key, one.from, one.at]);
      const size = isAlone ? 1 : (this.#sizes.get(shared.key) ?? mostTogether);
      const found = open.get(together);
      if (found !== undefined && found.length < size) {
        found.push(one);
        continue;
      }
      const begun = [one];
      batches.push(begun);
      open.set(together, begun);
    }
    return batches;
  }

  /** So many at once were too many: from now on at most half of them are asked together. */
  tooMany(batch: Batch): void {
    const key = batch[0]?.query.shared?.key;
    if (key !== undefined) this.#sizes.set(key, Math.ceil(batch.length / 2));
  }

  /** Whether a question that was asked by itself was refused. */
  asked({ query }: Due, isRefused: boolean): void {
    if (!isRefused) this.#apart.delete(query.key);
    else if (query.shared !== null && this.mayPart()) this.#apart.add(query.key);
  }

  /** Whether one more may be kept apart. */
  mayPart(): boolean {
    return this.#apart.size < mostApart;
  }

  /** Nobody asks any other questions any more. */
  keepOnly(wanted: readonly MetricQuery[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of this.#apart) if (!keys.has(key)) this.#apart.delete(key);
    const shared = new Set(wanted.map((query) => query.shared?.key));
    for (const key of this.#sizes.keys()) if (!shared.has(key)) this.#sizes.delete(key);
  }
}
