import type { Stage } from '../protocol/route.ts';
import type { StrategyRole } from './strategy-role.ts';
import type { Strategy } from './unleash-feature.ts';

const STAGES: readonly Stage[] = ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete'];

/** What is wrong, as the end of a sentence that begins with the strategy. */
export interface StrategyFault {
  readonly fault: string;
}

/** The stage that a strategy gives. There must be one variant only, or units would be dealt out. */
export function stageOfStrategy(strategy: Strategy): { readonly stage: Stage } | StrategyFault {
  const [variant, ...others] = strategy.variants;
  if (variant === undefined || others.length > 0) {
    return { fault: `has ${strategy.variants.length} variants instead of one` };
  }
  const stage = STAGES.find((known) => known === variant.name);
  if (stage === undefined)
    return { fault: `gives the variant "${variant.name}", which is no stage` };
  if (variant.weight !== 1000) return { fault: `gives its variant with weight ${variant.weight}` };
  if (variant.payload?.value !== stage) {
    return { fault: `says "${variant.payload?.value}" in the payload of the variant "${stage}"` };
  }
  return { stage };
}

/** The units that a strategy is limited to: none for `share` and `everyone`, at least one else. */
export function unitsOfStrategy(
  strategy: Strategy,
  role: StrategyRole,
): { readonly units: readonly string[] } | StrategyFault {
  const { constraints, parameters } = strategy;
  if (role === 'share' || role === 'everyone') {
    if (constraints.length === 0) return { units: [] };
    return { fault: `is limited by a constraint on "${constraints[0]?.contextName}"` };
  }
  const [constraint, ...others] = constraints;
  if (constraint === undefined) return { fault: 'names no units: it would hold for everyone' };
  if (others.length > 0) return { fault: `has ${constraints.length} constraints instead of one` };
  const { contextName, operator, inverted, caseInsensitive, values } = constraint;
  if (contextName !== parameters['stickiness']) {
    return { fault: `is limited by "${contextName}" instead of "${parameters['stickiness']}"` };
  }
  if (operator !== 'IN' || inverted || caseInsensitive) {
    return { fault: `tests "${contextName}" by something else than a plain IN` };
  }
  return { units: values };
}
