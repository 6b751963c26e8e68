import { type Row, type Spread, spreadOf } from '../report.ts';

/** Figures of several contenders in one case; ours is called `ours`. */
export class Contest {
  readonly #case: string;
  readonly #unit: string;
  readonly #more: boolean;
  readonly #figures = new Map<string, number[]>();

  /** @param better whether more or less is better */
  constructor(name: string, unit: string, better: 'more' | 'less') {
    this.#case = name;
    this.#unit = unit;
    this.#more = better === 'more';
  }

  add(contender: string, figure: number): void {
    this.#figures.set(contender, [...(this.#figures.get(contender) ?? []), figure]);
  }

  row(): Row {
    const spreads = new Map([...this.#figures].map(([name, all]) => [name, spreadOf(all)]));
    const ours = spreads.get('ours');
    if (ours === undefined) throw new Error(`${this.#case}: we were not measured`);
    spreads.delete('ours');
    const peers = Object.fromEntries(spreads);
    return { case: this.#case, unit: this.#unit, ours, peers, ratio: this.#ratio(ours, peers) };
  }

  /** Null without a peer, and where a side is nothing or less: a cost may come out so by chance. */
  #ratio(ours: Spread, peers: Readonly<Record<string, Spread>>): number | null {
    const medians = Object.values(peers).map(({ median }) => median);
    if (medians.length === 0 || Math.min(ours.median, ...medians) <= 0) return null;
    const ratios = medians.map((peer) => (this.#more ? ours.median / peer : peer / ours.median));
    return Number(Math.min(...ratios).toPrecision(3));
  }
}
