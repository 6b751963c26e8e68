import type { Scene } from '../change.ts';
import { triggersOn } from './pair-triggers.ts';
import type { TablePair } from './table-pair.ts';

/** The pair as the target has it: kept in step already, once all triggers are there. */
export function tied(pair: TablePair, scene: Scene): TablePair {
  const present = { wide: scene.find(pair.wide), narrow: scene.find(pair.narrow) };
  const isTied = triggersOn(pair).every(
    ([place, name]) => present[place]?.triggers.includes(name) === true,
  );
  if (!isTied) return pair;
  const columns = pair.columns.map((column) => {
    return { ...column, pair: { ...column.pair, state: 'live' as const } };
  });
  return { ...pair, state: 'live', columns };
}
