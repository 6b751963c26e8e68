import type { FiringAlert } from '../alerts/alert.ts';
import type { Standing } from '../conflict/obstacle.ts';
import type { Role } from '../access/role.ts';
import type { Policy } from '../policy/policy.ts';
import type { Measurement } from '../judge/measurement.ts';
import type { Route, RouteRow, Side } from '../protocol/route.ts';
import type { OldUsers } from './old-use.ts';
import type { BorderTrack } from '../schema-migration/border-watch.ts';
import type { StormView } from '../storm/storm-view.ts';
import type { JobState } from '../schema-migration/job.ts';

/** An application process as it last reported itself. */
export interface ObservedInstance {
  readonly service: string;
  readonly instance: string;
  readonly implements: boolean;
  /** The revision it runs; 0 before its first. */
  readonly revision: number;
  readonly safeSide: Side;
  readonly draining: number;
  /** How long its work may outlive it, where that runs elsewhere; absent for not at all. */
  readonly drainMs?: number;
  readonly lastSeenAt: number;
  readonly maxStaleMs: number;
  /** A plain flag client: how it is known what it runs, and how often it polls; absent for our SDK. */
  readonly plain?: {
    readonly level: 'served' | 'assumed';
    readonly intervalMs: number;
    /** So often at the least one hears of it; absent where each poll is heard. */
    readonly heardMs?: number;
  };
}

/** The flag as it really is; null when it does not exist (yet). */
export interface ObservedFlag {
  readonly route: Route;
  readonly version: number | null;
  readonly changedBy: string;
  readonly changedAt: number;
}

export const verbs = [
  'pause',
  'resume',
  'promote',
  'rollback',
  'abort',
  'freeze',
  'unfreeze',
  'override',
  'dismiss',
  'approve',
  'drill',
  'rebase',
  'complete',
] as const;

export type Verb = (typeof verbs)[number];

/** Something that a person asked for and that has not been answered. */
export interface Command {
  readonly id: string;
  readonly verb: Verb;
  readonly by: string;
  readonly reason: string | null;
  readonly at: number;
  /** The flag's revision when it was asked for: what happened to the flag since, nobody meant. */
  readonly flagRevision: number;
  /** `override`: which guard is set aside, and for how long in milliseconds; absent in other verbs. */
  readonly guard?: string;
  readonly forMs?: number;
  /** `dismiss`: the id of the alert; absent in other verbs. */
  readonly alert?: string;
  /** `drill`: who is moved; absent in other verbs, and where the policy names somebody. */
  readonly unit?: string;
  /** `approve`: who it is, whatever they call themselves, with the role held in the project; absent in other verbs. */
  readonly actor?: string;
  readonly role?: Role;
  /** `rebase`: the revision it is to move onto, the one it ran by then, and whether it may loosen; absent in other verbs. */
  readonly onto?: Policy;
  readonly from?: string;
  readonly confirm?: boolean;
}

/** What a command says besides its verb and its reason. */
export type CommandDetail = Pick<
  Command,
  'guard' | 'forMs' | 'alert' | 'unit' | 'actor' | 'role' | 'onto' | 'from' | 'confirm'
>;

/** Everything that `decide` may look at besides policy, rollout and time. */
export interface Observations {
  readonly flag: ObservedFlag | null;
  readonly instances: readonly ObservedInstance[];
  readonly jobs: readonly JobState[];
  readonly routeRow: RouteRow | null;
  /** Why the target could not be observed; null when it could. */
  readonly targetError: string | null;
  /** What others have changed about the tables of the migration, in words; absent when nothing. */
  readonly drift?: string;
  /** Who was seen on the old version since soak began; absent before it. */
  readonly oldUse?: OldUsers;
  /** Why a rollback would lose data, by what rows hold, in words; absent while it would not. */
  readonly noReturn?: string;
  /** How near values are to borders of which people want to be warned; absent where there are none. */
  readonly borders?: readonly BorderTrack[];
  readonly measurements: readonly Measurement[];
  readonly history: {
    readonly seconds: number;
    readonly units: number;
    /** Epoch milliseconds of the newest evidence of any kind. */
    readonly newestAt: number | null;
    /** Requests of each unit before the first exposure, by rows; absent while nothing is judged. */
    readonly traffic?: {
      readonly names: readonly string[];
      readonly requests: readonly number[];
    };
  };
  readonly commands: readonly Command[];
  /** Firing alerts that may concern it; absent when none fires. */
  readonly alerts?: readonly FiringAlert[];
  /** What is known of others, while it would go back by a provider's word alone; absent otherwise. */
  readonly storm?: StormView;
  /** Where those are that it waits for in the queue; absent when it waits for nobody. */
  readonly ahead?: readonly Standing[];
}
