import type { Stage } from '../protocol/route.ts';

/**
 * The stage of units that are pinned or quarantined. Equal to what `core/stage` decides for them,
 * as the property test of `routeToStrategies` shows; nobody is held any more once all is complete.
 */
export function heldStage(baseStage: Stage): Stage {
  if (baseStage === 'complete') return 'complete';
  return baseStage === 'off' || baseStage === 'dualwrite' ? 'off' : 'shadow';
}
