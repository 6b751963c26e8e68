import type { JudgeConfig } from '../judge/judge-config.ts';
import type { Policy } from '../policy/policy.ts';
import type { SimulatedTraffic } from './simulated-service.ts';

/** What a rollout is simulated from. */
export interface SimulationInput {
  readonly policy: Pick<Policy, 'guards' | 'evidence' | 'steps' | 'rings' | 'onFail'>;
  /** The compare guards that the SDK's evidence feeds, and what evidence must amount to. */
  readonly config: JudgeConfig;
  readonly traffic: SimulatedTraffic;
}
