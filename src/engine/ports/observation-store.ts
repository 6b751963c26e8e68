import type { ParitySample } from '../../core/judge/parity-watch.ts';
import type { Standing } from '../../core/conflict/obstacle.ts';
import type { FiringAlert } from '../../core/alerts/alert.ts';
import type { MigrationEvidence } from '../../core/protocol/evidence.ts';
import type { Undelivered } from '../../core/protocol/rollout-view.ts';
import type { RouteRow } from '../../core/protocol/route.ts';
import type { Command, ObservedFlag, ObservedInstance } from '../../core/rollout/observations.ts';
import type { OldUsers } from '../../core/rollout/old-use.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import type { MetricObservation } from '../../core/metrics/metric-reading.ts';
import type { BorderTrack } from '../../core/schema-migration/border-watch.ts';
import type { JobState } from '../../core/schema-migration/job.ts';
import type { AlertInbox } from './alert-inbox.ts';
import type { MetricStore } from './metric-store.ts';

/** What a collector saw of a target on behalf of one rollout. */
export interface TargetObservation {
  readonly jobs: readonly JobState[];
  readonly routeRow: RouteRow | null;
  readonly health: { readonly lockWaitMs: number; readonly longestTransactionMs: number } | null;
  /** What rounds of parity have found; absent while there are none to be had. */
  readonly parity?: ParitySample;
  /** What others have changed about its tables, in words; absent when nothing. */
  readonly drift?: string;
  /** True from when the target forgot the expand that was seen there, until it knows of one again. */
  readonly lost?: true;
  /** Who was seen on the old version since soak began; absent before it. */
  readonly oldUse?: OldUsers;
  /** Why a rollback would lose data, by what rows hold, in words; absent while it would not. */
  readonly noReturn?: string;
  /** How near values are to borders of which people want to be warned; absent where there are none. */
  readonly borders?: readonly BorderTrack[];
  /** Why it could not be observed; null when it could. */
  readonly error: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Evidence that no tick has judged yet. */
export interface UnjudgedEvidence {
  readonly id: string;
  readonly receivedAt: number;
  readonly evidence: MigrationEvidence;
}

/** All that a tick reads besides the rollout itself. */
export interface Gathered {
  readonly flag: ObservedFlag | null;
  readonly instances: readonly ObservedInstance[];
  readonly target: TargetObservation | null;
  readonly commands: readonly Command[];
  readonly evidence: readonly UnjudgedEvidence[];
  /** The judge's state as the last tick left it; null before the first. */
  readonly judge: unknown;
  /** What metric queries found and no tick has judged yet, by key; absent where none is asked. */
  readonly metrics?: ReadonlyMap<string, readonly MetricObservation[]>;
  /** Firing alerts that may concern it; absent where nobody looked. */
  readonly alerts?: readonly FiringAlert[];
  /** Where those are that it waits for in the queue; absent where it waits for nobody. */
  readonly ahead?: readonly Standing[];
}

/** What collectors wrote and ticks read; a tick looks at nothing else. */
export abstract class ObservationStore {
  /** What alerting systems said. */
  abstract readonly alerts: AlertInbox;

  /** What metrics systems said. */
  abstract readonly metrics: MetricStore;

  abstract gather(rollout: Rollout, flag: string): Promise<Gathered>;

  abstract putTarget(rollout: string, observation: TargetObservation): Promise<void>;

  abstract target(rollout: string): Promise<TargetObservation | null>;

  /** Messages that have failed and are not accepted yet, or are given up; the newest first, a few at the most. */
  abstract undelivered(rollout: string): Promise<readonly Undelivered[]>;
}
