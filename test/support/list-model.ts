import type { Side } from './two-sided-histories.ts';

/** Values by their positions. */
type Rows = ReadonlyMap<number, string>;

const listOf = (tags: string | null): readonly string[] =>
  tags === null || tags === '' ? [] : tags.split(', ');

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** A plain model of a list in a text and of rows for its elements: the last one who wrote is heard. */
export class ListModel {
  readonly users = new Map<number, string | null>();
  readonly rows = new Map<number, Rows>();

  writeUser(id: number, tags: string | null, side: Side): void {
    const before = this.users.get(id);
    this.users.set(id, tags);
    if (before === undefined) this.#arrives(id, side);
    else if (!isSame(listOf(before), listOf(tags))) this.#toRows(id);
  }

  writeRow(id: number, position: number, tag: string): void {
    this.#write(id, new Map([...(this.rows.get(id) ?? []), [position, tag]]));
  }

  deleteRows(id: number, positions: readonly number[]): void {
    const rows = [...(this.rows.get(id) ?? [])];
    const left = rows.filter(([position]) => !positions.includes(position));
    if (left.length < rows.length) this.#write(id, new Map(left));
  }

  /** Nothing may stand under the new key. */
  moveRows(from: number, to: number): void {
    const rows = this.rows.get(from);
    if (rows === undefined) return;
    this.#write(from, new Map());
    this.#write(to, rows);
  }

  deleteUser(id: number): void {
    if (this.users.delete(id)) this.rows.delete(id);
  }

  /** Nobody may stand under the new key. */
  moveUser(from: number, to: number, side: Side): void {
    const [tags, rows] = [this.users.get(from), this.rows.get(from)];
    if (tags === undefined) return;
    this.users.delete(from);
    this.users.set(to, tags);
    this.rows.delete(from);
    if (rows !== undefined && !this.rows.has(to)) this.rows.set(to, rows);
    else this.#arrives(to, side);
  }

  truncateUsers(): void {
    this.users.clear();
    this.rows.clear();
  }

  /** What waits for a row of that partition goes with it, as it does with the whole. */
  truncatePart(id: number): void {
    this.users.delete(id);
    this.rows.delete(id);
  }

  truncateRows(): void {
    for (const id of [...this.users.keys(), ...this.rows.keys()]) this.#write(id, new Map());
    for (const id of this.users.keys()) this.#toUser(id);
  }

  #write(id: number, rows: Rows): void {
    if (rows.size === 0) this.rows.delete(id);
    else this.rows.set(id, rows);
    this.#toUser(id);
  }

  #values(id: number): readonly string[] {
    const rows = [...(this.rows.get(id) ?? [])].toSorted(([one], [other]) => one - other);
    return rows.map(([, tag]) => tag);
  }

  /** A user under a key that had none: rows may be waiting there. */
  #arrives(id: number, side: Side): void {
    const [list, values] = [listOf(this.users.get(id) ?? null), this.#values(id)];
    const waits = values.length > 0 && !isSame(list, values);
    if (waits && (list.length === 0 || side !== 'old')) this.#toUser(id);
    else this.#toRows(id);
  }

  #toRows(id: number): void {
    const list = listOf(this.users.get(id) ?? null);
    if (isSame(list, this.#values(id))) return;
    if (list.length === 0) this.rows.delete(id);
    else this.rows.set(id, new Map(list.map((tag, at) => [at + 1, tag])));
  }

  #toUser(id: number): void {
    const tags = this.users.get(id);
    const values = this.#values(id);
    if (tags === undefined || isSame(listOf(tags), values)) return;
    const written = values.length === 0 ? null : values.join(', ');
    // An element with the separator in it, or a list of one empty text, would not come back.
    if (isSame(listOf(written), values)) this.users.set(id, written);
  }
}
