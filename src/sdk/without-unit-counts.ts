/** Named routes of one migration; the rest is counted together. */
const mostRoutes = 100;
const others = 'others';

/** Counts operations that belonged to no unit by the route that they were part of. */
export class WithoutUnitCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  add(migration: string, route: string): void {
    const counts = this.#of(migration);
    const name = counts.has(route) || counts.size < mostRoutes ? route : others;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  by(migration: string): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#of(migration));
  }

  #of(migration: string): Map<string, number> {
    let counts = this.#counts.get(migration);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(migration, counts);
    }
    return counts;
  }
}
