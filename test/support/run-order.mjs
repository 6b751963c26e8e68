import { statSync } from 'node:fs';

/**
 * The order of a run over several projects, the same on every machine: jest's own goes by what it remembers of
 * earlier runs, and a fresh clone remembers nothing. The largest file goes first, which spreads the stories
 * over the run, so that seldom two of them contend. Unit specs come last: they are short, so that all workers
 * end together, however long the last of the others takes.
 */
export default class RunOrder {
  /** @param {readonly Spec[]} specs */
  sort(specs) {
    const sizes = new Map(specs.map(({ path }) => [path, statSync(path).size]));
    return specs.toSorted(
      (a, b) => isUnit(a) - isUnit(b) || (sizes.get(b.path) ?? 0) - (sizes.get(a.path) ?? 0),
    );
  }

  /** jest hands over how long each took, and is asked for nothing of it. */
  cacheResults() {}
}

/** @typedef {{ path: string, context: { config: { displayName?: { name: string } } } }} Spec */

/** @param {Spec} spec */
function isUnit({ context }) {
  return Number(context.config.displayName?.name === 'unit');
}
