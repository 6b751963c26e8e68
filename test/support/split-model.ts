import type { Side } from './two-sided-histories.ts';

/** What the old version holds of a user. */
export interface Wide {
  readonly street: string | null;
  readonly zip: string | null;
}

/** What the new version holds of the same. */
export interface Narrow {
  readonly street: string | null;
  readonly postcode: number | null;
}

/** What `up` cannot convert. */
const FAILS = Symbol('fails');

const up = (zip: string | null): number | null | typeof FAILS => {
  if (zip === null) return null;
  return /^ *-?\d+ *$/.test(zip) ? Number(zip) : FAILS;
};

/** Of -1, `down` makes NULL, from which nothing leads back. */
const leadsBack = (postcode: number | null): boolean => postcode !== -1;

const down = (postcode: number | null): string | null =>
  postcode === null ? null : String(postcode);

/** A plain model of two tables in step: per column, the last one who wrote it is heard. */
export class SplitModel {
  readonly wide = new Map<number, Wide>();
  readonly narrow = new Map<number, Narrow>();

  writeOld(id: number, patch: Partial<Wide>, side: Side): void {
    const before = this.wide.get(id);
    const after = { street: null, zip: null, ...before, ...patch };
    this.wide.set(id, after);
    if (before === undefined) this.#wideArrives(id, side);
    else if (before.street !== after.street || before.zip !== after.zip) {
      this.#toNarrow(id, before.street !== after.street, !isSame(up(before.zip), up(after.zip)));
    }
  }

  writeNew(id: number, patch: Partial<Narrow>): void {
    const before = this.narrow.get(id);
    const after = { street: null, postcode: null, ...before, ...patch };
    this.narrow.set(id, after);
    const all = before === undefined;
    this.#toWide(
      id,
      all || before.street !== after.street,
      all || before.postcode !== after.postcode,
    );
  }

  deleteOld(id: number): void {
    if (this.wide.delete(id)) this.narrow.delete(id);
  }

  deleteNew(id: number): void {
    if (this.narrow.delete(id) && this.wide.has(id)) {
      this.wide.set(id, { street: null, zip: null });
    }
  }

  /** The old table's key changes; nothing may stand under the new one. */
  moveOld(from: number, to: number, side: Side): void {
    const [wide, narrow] = [this.wide.get(from), this.narrow.get(from)];
    if (wide === undefined) return;
    this.wide.delete(from);
    this.wide.set(to, wide);
    this.narrow.delete(from);
    if (narrow !== undefined && !this.narrow.has(to)) this.narrow.set(to, narrow);
    else this.#wideArrives(to, side);
  }

  moveNew(from: number, to: number): void {
    const narrow = this.narrow.get(from);
    if (narrow === undefined) return;
    this.deleteNew(from);
    this.narrow.set(to, narrow);
    this.#toWide(to, true, true);
  }

  truncateOld(): void {
    this.wide.clear();
    this.narrow.clear();
  }

  /** What waits for a row of that partition goes with it, as it does with the whole. */
  truncatePart(id: number): void {
    this.wide.delete(id);
    this.narrow.delete(id);
  }

  truncateNew(): void {
    for (const id of this.wide.keys()) this.wide.set(id, { street: null, zip: null });
    this.narrow.clear();
  }

  /** A row of the old table under a key that it did not have. */
  #wideArrives(id: number, side: Side): void {
    const wide = this.wide.get(id);
    const narrow = this.narrow.get(id);
    if (wide === undefined) return;
    const to = up(wide.zip);
    const clash =
      narrow !== undefined &&
      (narrow.street !== wide.street || (to !== FAILS && to !== narrow.postcode));
    const isBlank = wide.street === null && wide.zip === null;
    if (clash && (isBlank || side !== 'old')) this.#toWide(id, true, true);
    else this.#toNarrow(id, true, true);
  }

  #toNarrow(id: number, street: boolean, zip: boolean): void {
    const wide = this.wide.get(id);
    const narrow = this.narrow.get(id);
    if (wide === undefined) return;
    const to = up(wide.zip);
    const carried = zip && to !== FAILS;
    if (narrow !== undefined) {
      this.narrow.set(id, {
        street: street ? wide.street : narrow.street,
        postcode: carried ? to : narrow.postcode,
      });
      return;
    }
    const made = { street: wide.street, postcode: to === FAILS ? null : to };
    const isEmpty = made.street === null && made.postcode === null;
    if ((street || carried) && !isEmpty) this.narrow.set(id, made);
  }

  #toWide(id: number, street: boolean, postcode: boolean): void {
    const wide = this.wide.get(id);
    const narrow = this.narrow.get(id);
    if (wide === undefined || narrow === undefined) return;
    this.wide.set(id, {
      street: street ? narrow.street : wide.street,
      zip: postcode && leadsBack(narrow.postcode) ? down(narrow.postcode) : wide.zip,
    });
  }
}

const isSame = (one: unknown, other: unknown): boolean => one === other && one !== FAILS;
