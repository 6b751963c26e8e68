import type { Side } from './two-sided-histories.ts';

/** What the old version holds of an address, in a table of its own. */
export interface Apart {
  readonly street: string | null;
  readonly zip: string | null;
}

/** What the new version holds of the same, in the user's own row. */
export interface Joined {
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
  postcode === null || postcode === -1 ? null : String(postcode);

const EMPTY: Joined = { street: null, postcode: null };
const isBlank = ({ street, postcode }: Joined): boolean => street === null && postcode === null;

/** A plain model of a table that is merged into another: per column, the last one who wrote it is heard. */
export class MergeModel {
  readonly wide = new Map<number, Joined>();
  readonly narrow = new Map<number, Apart>();

  writeOld(id: number, patch: Partial<Apart>): void {
    const before = this.narrow.get(id);
    const after = { street: null, zip: null, ...before, ...patch };
    this.narrow.set(id, after);
    const isNew = before === undefined;
    const derived = isNew ? FAILS : up(before.zip);
    this.#toWide(
      id,
      isNew || before.street !== after.street,
      isNew || (before.zip !== after.zip && (derived === FAILS || derived !== up(after.zip))),
    );
  }

  writeNew(id: number, patch: Partial<Joined>, side: Side): void {
    const before = this.wide.get(id);
    const after = { ...EMPTY, ...before, ...patch };
    this.wide.set(id, after);
    if (before === undefined) this.#arrives(id, side);
    else this.#toNarrow(id, before.street !== after.street, before.postcode !== after.postcode);
  }

  deleteOld(id: number): void {
    if (this.narrow.delete(id) && this.wide.has(id)) this.wide.set(id, EMPTY);
  }

  deleteNew(id: number): void {
    if (this.wide.delete(id)) this.narrow.delete(id);
  }

  /** Nothing may stand under the new key. */
  moveOld(from: number, to: number): void {
    const narrow = this.narrow.get(from);
    if (narrow === undefined) return;
    this.deleteOld(from);
    this.narrow.set(to, narrow);
    this.#toWide(to, true, true);
  }

  moveNew(from: number, to: number, side: Side): void {
    const [wide, narrow] = [this.wide.get(from), this.narrow.get(from)];
    if (wide === undefined) return;
    this.wide.delete(from);
    this.wide.set(to, wide);
    this.narrow.delete(from);
    if (narrow !== undefined && !this.narrow.has(to)) this.narrow.set(to, narrow);
    else this.#arrives(to, side);
  }

  truncateOld(): void {
    for (const id of this.wide.keys()) this.wide.set(id, EMPTY);
    this.narrow.clear();
  }

  truncateOldPart(id: number): void {
    this.narrow.delete(id);
    if (this.wide.has(id)) this.wide.set(id, EMPTY);
  }

  /** What waits for a row of that partition goes with it, as it does with the whole. */
  truncateNewPart(id: number): void {
    this.wide.delete(id);
    this.narrow.delete(id);
  }

  truncateNew(): void {
    this.wide.clear();
    this.narrow.clear();
  }

  /** A user under a key that had none: an address may be waiting there. */
  #arrives(id: number, side: Side): void {
    const [wide, narrow] = [this.wide.get(id), this.narrow.get(id)];
    if (wide === undefined) return;
    const differs =
      narrow !== undefined &&
      (narrow.street !== wide.street ||
        (leadsBack(wide.postcode) && narrow.zip !== down(wide.postcode)));
    if (differs && (isBlank(wide) || side === 'old')) this.#toWide(id, true, true);
    else this.#toNarrow(id, true, true);
  }

  #toWide(id: number, street: boolean, zip: boolean): void {
    const [wide, narrow] = [this.wide.get(id), this.narrow.get(id)];
    if (wide === undefined || narrow === undefined) return;
    const to = up(narrow.zip);
    this.wide.set(id, {
      street: street ? narrow.street : wide.street,
      postcode: zip && to !== FAILS ? to : wide.postcode,
    });
  }

  #toNarrow(id: number, street: boolean, postcode: boolean): void {
    const [wide, narrow] = [this.wide.get(id), this.narrow.get(id)];
    if (wide === undefined) return;
    const carried = postcode && leadsBack(wide.postcode);
    if (narrow !== undefined) {
      this.narrow.set(id, {
        street: street ? wide.street : narrow.street,
        zip: carried ? down(wide.postcode) : narrow.zip,
      });
      return;
    }
    const made = { street: wide.street, zip: down(wide.postcode) };
    const holdsSome = made.street !== null || made.zip !== null;
    if ((street || carried) && holdsSome) this.narrow.set(id, made);
  }
}
