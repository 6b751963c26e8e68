import { type BucketCounts, noCounts } from '../histogram/bucket-counts.ts';
import { zeros } from '../statistics/column.ts';
import type { Random } from './random.ts';
import { poisson } from './samplers.ts';

/** Above this count drawing bucket by bucket is quicker than drawing one by one. */
const many = 700;
/** Buckets in which fewer are expected share one stream of events. */
const fewExpected = 1;
/** Parts of [0, 1) that are told apart by the leading bits of a number: 512. */
const guideBits = 9;
const guides = 2 ** guideBits;

/** Draws histograms whose buckets have these chances; bucket 0 of `chances` is bucket `offset`. */
export class BucketSampler {
  readonly #offset: number;
  readonly #chances: Float64Array;
  /** Of 2^32 numbers, how many fall into this bucket or one before. */
  readonly #upTo: Float64Array;
  /** The first bucket that a uniform number in the g-th part of [0, 1) can fall into (Chen & Asau 1974). */
  readonly #guide: Uint16Array;
  /** What is being drawn; zeros in between. */
  readonly #drawn: Int32Array;

  constructor(chances: Float64Array, offset: number) {
    this.#offset = offset;
    this.#chances = chances;
    let sum = 0;
    // A whole number stands for the middle of its part of [0, 1).
    this.#upTo = chances.map((chance) => 2 ** 32 * (sum += chance) - 0.5);
    this.#guide = new Uint16Array(guides);
    this.#drawn = new Int32Array(chances.length);
    for (let guide = 0, at = 0; guide < guides; guide += 1) {
      while (at < chances.length - 1 && (this.#upTo[at] ?? 0) < (guide / guides) * 2 ** 32) {
        at += 1;
      }
      this.#guide[guide] = at;
    }
  }

  /** A histogram of `count` draws; of about as many where they are many. */
  draw(count: number, random: Random): BucketCounts {
    return count > many ? this.#byBucket(count, random) : this.#oneByOne(count, random);
  }

  #oneByOne(count: number, random: Random): BucketCounts {
    const [drawn, upTo, guide] = [this.#drawn, this.#upTo, this.#guide];
    const last = drawn.length - 1;
    let [low, high] = [last, -1];
    for (let draw = 0; draw < count; draw += 1) {
      const bits = random.bits();
      let at = guide[bits >>> (32 - guideBits)] ?? 0;
      while (at < last && (upTo[at] ?? 0) < bits) at += 1;
      drawn[at] = (drawn[at] ?? 0) + 1;
      if (at < low) low = at;
      if (at > high) high = at;
    }
    return this.#between(drawn, low, high);
  }

  /**
   * A Poisson count in each bucket. Where hardly any is expected the gaps from one event to the next are drawn
   * instead, over all such buckets as if they lay end to end: mostly nothing is drawn for a bucket then.
   */
  #byBucket(count: number, random: Random): BucketCounts {
    const drawn = this.#drawn;
    let [low, high] = [drawn.length - 1, -1];
    let untilNext = random.exponential(1);
    for (let at = 0; at < drawn.length; at += 1) {
      const expected = count * (this.#chances[at] ?? 0);
      let found = 0;
      if (expected >= fewExpected) found = poisson(random, expected);
      else {
        untilNext -= expected;
        for (; untilNext < 0; found += 1) untilNext += random.exponential(1);
      }
      if (found === 0) continue;
      drawn[at] = found;
      if (high < 0) low = at;
      high = at;
    }
    return this.#between(drawn, low, high);
  }

  #between(drawn: Int32Array, low: number, high: number): BucketCounts {
    if (high < low) return noCounts;
    const counts = zeros(high - low + 1);
    for (let at = low; at <= high; at += 1) counts[at - low] = drawn[at] ?? 0;
    drawn.fill(0, low, high + 1);
    return { offset: this.#offset + low, counts };
  }
}
