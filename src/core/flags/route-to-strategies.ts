import { heldStage } from './held-stage.ts';
import type { RouteSpec, Stage } from '../protocol/route.ts';
import { normalizeSpec } from './same-route.ts';
import { PARAMETER } from './strategy-role.ts';
import type { StrategyRole } from './strategy-role.ts';
import type { Constraint, Strategy } from './unleash-feature.ts';

/** As many values as Unleash takes in one constraint unless it was configured otherwise. */
export const VALUES_PER_CONSTRAINT = 250;

/**
 * A route as strategies, first match wins: units held on the old side (pinned, quarantined), rings,
 * the hashed share, everyone. Longer lists are split into several strategies of the same role.
 *
 * Every strategy sticks to the unit, the last one too: a context without the unit matches none of
 * them and gets Unleash's `disabled`, which means the safe side.
 */
export function routeToStrategies(spec: RouteSpec): Strategy[] {
  const route = normalizeSpec(spec);
  const held = heldStage(route.baseStage);
  return [
    ...listed(route, 'pinned', held, route.pinned),
    ...listed(route, 'quarantined', held, route.quarantined),
    ...route.rings.flatMap((ring) =>
      listed(route, 'ring', route.canaryStage, ring.units, { [PARAMETER.ring]: ring.name }),
    ),
    // Kept at 0 %, so that the canary's stage can be read back before the first unit is in it.
    strategy(route, 'share', route.canaryStage, { rollout: String(route.share) }),
    strategy(route, 'everyone', route.baseStage, {
      [PARAMETER.migration]: route.migration,
      [PARAMETER.withoutUnit]: route.withoutUnit,
      [PARAMETER.safeSide]: route.safeSide,
      [PARAMETER.shadowSample]: String(route.shadowSample),
    }),
  ];
}

function listed(
  route: RouteSpec,
  role: StrategyRole,
  stage: Stage,
  units: readonly string[],
  parameters: Readonly<Record<string, string>> = {},
): Strategy[] {
  const strategies: Strategy[] = [];
  for (let from = 0; from < units.length; from += VALUES_PER_CONSTRAINT) {
    const constraint: Constraint = {
      contextName: route.unitKey,
      operator: 'IN',
      values: units.slice(from, from + VALUES_PER_CONSTRAINT),
      inverted: false,
      caseInsensitive: false,
    };
    const plain = strategy(route, role, stage, parameters);
    strategies.push({ ...plain, constraints: [constraint] });
  }
  return strategies;
}

function strategy(
  route: RouteSpec,
  role: StrategyRole,
  stage: Stage,
  parameters: Readonly<Record<string, string>>,
): Strategy {
  return {
    name: 'flexibleRollout',
    parameters: {
      rollout: '100',
      stickiness: route.unitKey,
      groupId: route.groupId,
      [PARAMETER.role]: role,
      ...parameters,
    },
    constraints: [],
    segments: [],
    variants: [
      {
        name: stage,
        weight: 1000,
        weightType: 'variable',
        stickiness: route.unitKey,
        payload: { type: 'string', value: stage },
      },
    ],
  };
}
