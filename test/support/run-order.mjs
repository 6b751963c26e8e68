import { statSync } from 'node:fs';

/**
 * The order of a run over several projects, the same on every machine: jest's own goes by what it remembers of
 * earlier runs, and a fresh clone remembers nothing. Stories of a whole server stand evenly among the specs of
 * adapters, so that seldom two of them contend. Unit specs come last: they are short, so that all workers end
 * together, however long the last of the others takes.
 */
export default class RunOrder {
  /** @param {readonly Spec[]} specs */
  sort(specs) {
    const of = Object.groupBy(largestFirst(specs), projectOf);
    const { e2e: stories = [], unit: units = [], others: adapters = [] } = of;
    const apart = Math.ceil(adapters.length / Math.max(1, stories.length));
    const spread = stories.flatMap((story, place) => [
      story,
      ...adapters.slice(place * apart, (place + 1) * apart),
    ]);
    return [...(stories.length === 0 ? adapters : spread), ...units];
  }

  /** jest hands over how long each took, and is asked for nothing of it. */
  cacheResults() {}
}

/** @typedef {{ path: string, context: { config: { displayName?: { name: string } } } }} Spec */

/** @param {Spec} spec whichever project is not known here goes among the specs of adapters */
function projectOf({ context }) {
  const name = context.config.displayName?.name;
  return name === 'e2e' || name === 'unit' ? name : 'others';
}

/** @param {readonly Spec[]} specs */
function largestFirst(specs) {
  return specs
    .map((spec) => ({ spec, size: statSync(spec.path).size }))
    .toSorted((a, b) => b.size - a.size)
    .map(({ spec }) => spec);
}
