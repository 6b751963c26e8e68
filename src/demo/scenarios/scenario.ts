import type { World } from '../world.ts';
import type { ScenarioResult } from '../report/scenario-result.ts';
import type { FaultName } from '../users-service/faults.ts';

/** One story: what is done to the running world, and how it should end. */
export interface Scenario {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** A fault that the users services have from the beginning. */
  readonly faultFromStart?: FaultName;
  /** Disturbs the world while the rollout runs. Ends when nothing more will be done. */
  disturb(world: World): Promise<void>;
  /** What is not as it should be, in words; empty when all is well. */
  complaints(result: ScenarioResult): readonly string[];
}
