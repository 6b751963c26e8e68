import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  arbitrarySpec,
  arbitraryUnit,
  routeOf,
  routeSpec,
} from '../../../test/support/random-route.ts';
import { unleashEvaluator } from '../../../test/support/unleash-evaluator.ts';
import type { RouteSpec, Stage } from '../protocol/route.ts';
import { sideOfStage, stageOfUnit } from '../stage/stage-of-unit.ts';
import { routeToFeature } from './route-to-feature.ts';
import { routeToStrategies } from './route-to-strategies.ts';
import { sameRoute } from './same-route.ts';
import { strategiesToRoute } from './strategies-to-route.ts';
import { sortOrderOf, strategyChanges } from './strategy-changes.ts';
import type { StoredStrategy, StrategyChange } from './strategy-changes.ts';

function stored(spec: RouteSpec): StoredStrategy[] {
  return routeToStrategies(spec).map((strategy, index) => ({
    ...strategy,
    id: `id-${index}`,
    disabled: false,
    sortOrder: sortOrderOf(strategy),
  }));
}

/** What a flag store does with one write. */
function apply(list: readonly StoredStrategy[], change: StrategyChange): StoredStrategy[] {
  switch (change.kind) {
    case 'order':
      return inOrder(
        list.map((item) => ({
          ...item,
          sortOrder: change.places.find(({ id }) => id === item.id)?.sortOrder ?? item.sortOrder,
        })),
      );
    case 'add': {
      const sortOrder = sortOrderOf(change.strategy);
      const added = { ...change.strategy, id: `id-${list.length}-new`, disabled: false, sortOrder };
      return inOrder([...list, added]);
    }
    case 'replace':
      return list.map((item) => (item.id === change.id ? { ...item, ...change.strategy } : item));
    case 'remove':
      return list.filter(({ id }) => id !== change.id);
  }
}

function inOrder(list: readonly StoredStrategy[]): StoredStrategy[] {
  return list.toSorted((a, b) => a.sortOrder - b.sortOrder);
}

function states(from: RouteSpec, to: RouteSpec): StoredStrategy[][] {
  const all = [stored(from)];
  for (const change of strategyChanges(stored(from), routeToStrategies(to))) {
    all.push(apply(all.at(-1) ?? [], change));
  }
  return all;
}

describe('strategyChanges', () => {
  it('arrives at the wanted route, from every other', () => {
    fc.assert(
      fc.property(arbitrarySpec, arbitrarySpec, (from, to) => {
        const reading = strategiesToRoute(states(from, to).at(-1) ?? []);
        expect(reading.kind === 'route' && sameRoute(reading.spec, to)).toBe(true);
      }),
    );
  });

  it('never shows a unit a side between two writes that neither route gives it', () => {
    fc.assert(
      fc.property(arbitrarySpec, arbitrarySpec, fc.array(arbitraryUnit), (from, other, more) => {
        const to = { ...other, groupId: from.groupId };
        const listed = [from, to]
          .flatMap((spec) => [spec.pinned, spec.quarantined, ...spec.rings.map((r) => r.units)])
          .flat();
        const units = new Map(
          [...listed, ...more].map((unit) => [
            unit,
            [from, to].map((spec) => stageOfUnit(routeOf(spec), unit).side),
          ]),
        );
        for (const strategies of states(from, to)) {
          const evaluate = unleashEvaluator({ ...routeToFeature(routeOf(to)), strategies });
          const strayed = [...units].filter(
            ([unit, sides]) => !sides.includes(sideOfStage(evaluate({ tenantId: unit }) as Stage)),
          );
          expect(strayed).toEqual([]);
        }
      }),
    );
  });

  it('writes nothing when nothing differs, and one strategy when only the share does', () => {
    const wanted = routeToStrategies(routeSpec());
    expect(strategyChanges(stored(routeSpec()), wanted)).toEqual([]);
    expect(strategyChanges(stored(routeSpec({ share: 10 })), wanted)).toMatchObject([
      { kind: 'replace', strategy: { parameters: { rollout: '25' } } },
    ]);
  });

  it('holds a quarantined unit before anything else is written', () => {
    const to = routeSpec({ quarantined: ['tenant-2', 'tenant-9'], share: 50 });
    const [first] = strategyChanges(stored(routeSpec()), routeToStrategies(to));
    expect(first).toMatchObject({
      kind: 'replace',
      strategy: { constraints: [{ values: ['tenant-2', 'tenant-9'] }] },
    });
  });

  it('repairs what somebody disabled, moved or added', () => {
    const [pinned, ...rest] = stored(routeSpec());
    const stranger = { ...pinned!, id: 'stranger', parameters: {}, sortOrder: 0 };
    const list = [{ ...pinned!, disabled: true }, stranger, ...rest.map(moved)];
    expect(strategyChanges(list, routeToStrategies(routeSpec()))).toMatchObject([
      { kind: 'order', places: rest.map(({ id, sortOrder }) => ({ id, sortOrder })) },
      { kind: 'add', strategy: { parameters: { 'crossfade.role': 'pinned' } } },
      { kind: 'remove', id: pinned!.id },
      { kind: 'remove', id: 'stranger' },
    ]);
  });
});

function moved(strategy: StoredStrategy): StoredStrategy {
  return { ...strategy, sortOrder: strategy.sortOrder / 1000 };
}
