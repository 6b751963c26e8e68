import type { Measurement } from '../judge/measurement.ts';
import type { InstanceView, RolloutView } from '../protocol/rollout-view.ts';
import { concerning, type Context } from './context.ts';
import { exposureView, instanceView } from './view-rollout.ts';

/** One guard as the newest tick measured it. */
export type GuardFigures = Pick<
  Measurement,
  | 'guard'
  | 'verdict'
  | 'canary'
  | 'baseline'
  | 'limit'
  | 'unit'
  | 'samples'
  | 'logHarm'
  | 'logNotWorse'
  | 'newestAt'
>;

/**
 * What a tick saw that no stored state says: kept beside the rollout, so that whoever watches many
 * rollouts judges none of them anew. Holds no age, so it stays the same while nothing happens. Plain JSON.
 */
export interface RolloutFigures {
  readonly exposure: RolloutView['exposure'];
  /** How many instances stand at each level; a level where none does is absent. */
  readonly instances: Readonly<Partial<Record<InstanceView['level'], number>>>;
  readonly guards: readonly GuardFigures[];
}

export function rolloutFigures(world: Context): RolloutFigures {
  const context = concerning(world);
  const { observations, now } = context;
  const revision = observations.flag?.route.revision ?? 0;
  const instances: Partial<Record<InstanceView['level'], number>> = {};
  for (const instance of observations.instances) {
    const { level } = instanceView(instance, revision, now);
    instances[level] = (instances[level] ?? 0) + 1;
  }
  const guards = observations.measurements.map(guardFigures);
  return { exposure: exposureView(context), instances, guards };
}

function guardFigures(measurement: Measurement): GuardFigures {
  const { guard, verdict, canary, baseline, limit, unit, samples } = measurement;
  const { logHarm, logNotWorse, newestAt } = measurement;
  return {
    guard,
    verdict,
    canary,
    baseline,
    limit,
    unit,
    samples,
    logHarm,
    logNotWorse,
    newestAt,
  };
}
