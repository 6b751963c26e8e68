/** Names for a label, of which there are only so many: those that come later are `other`. */
export class Bounded {
  readonly #limit: number;
  readonly #known = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  name(asked: string): string {
    if (this.#known.has(asked)) return asked;
    if (this.#known.size >= this.#limit) return 'other';
    this.#known.add(asked);
    return asked;
  }
}
