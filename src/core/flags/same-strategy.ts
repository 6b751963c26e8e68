import { PARAMETER } from './strategy-role.ts';
import type { Strategy } from './unleash-feature.ts';

/** Whether two strategies mean the same; the version mark is no part of the meaning. */
export function sameStrategy(a: Strategy, b: Strategy): boolean {
  return canonical(a) === canonical(b);
}

/** Picks the fields one by one, because stores return them in an order of their own. */
function canonical(strategy: Strategy): string {
  const parameters = Object.entries(strategy.parameters)
    .filter(([key]) => key !== PARAMETER.version && key !== PARAMETER.fingerprint)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    strategy.name,
    parameters,
    strategy.constraints.map((item) => [
      item.contextName,
      item.operator,
      item.values,
      item.inverted,
      item.caseInsensitive,
    ]),
    strategy.segments,
    strategy.variants.map((item) => [
      item.name,
      item.weight,
      item.stickiness,
      item.payload?.type,
      item.payload?.value,
    ]),
  ]);
}
