import { type BucketCounts, trimmed } from './bucket-counts.ts';

/** A sum of histograms of one layout that grows in its place: thousands of them come within a second. */
export class CountsSum {
  #offset: number;
  #counts: number[];

  constructor({ offset, counts }: BucketCounts) {
    this.#offset = offset;
    this.#counts = counts.slice();
  }

  add({ offset, counts }: BucketCounts): void {
    if (counts.length === 0) return;
    this.#makeRoom(offset, offset + counts.length);
    const sum = this.#counts;
    for (let at = 0, to = offset - this.#offset; at < counts.length; at += 1, to += 1) {
      sum[to] = (sum[to] ?? 0) + (counts[at] ?? 0);
    }
  }

  get counts(): BucketCounts {
    return trimmed({ offset: this.#offset, counts: this.#counts.slice() });
  }

  #makeRoom(from: number, end: number): void {
    if (this.#counts.length === 0) this.#offset = from;
    const before = this.#offset - from;
    if (before > 0) {
      this.#counts.unshift(...Array<number>(before).fill(0));
      this.#offset = from;
    }
    while (this.#offset + this.#counts.length < end) this.#counts.push(0);
  }
}
