import type { AlertRule } from '../alerts/alert-rule.ts';
import type { Blackout } from '../calendar/hours.ts';
import type { NotifyRoutes } from '../notify/notice.ts';
import type { WithoutUnit } from '../protocol/route.ts';
import type { BackupPolicy } from '../schema-migration/backup/backup-policy.ts';
import type { SchemaMigration } from '../schema-migration/schema-migration.ts';
import type { OldStatement } from '../schema-migration/trace/old-statements.ts';
import type { FailAction, Guard } from './guard.ts';
import type { Step } from './step.ts';
import type { Window } from './window.ts';

/** A service and the fewest instances it has when all is well. */
export interface ServiceRequirement {
  readonly name: string;
  readonly atLeast: number;
}

/** Columns of the unit table, each with the texts that a unit of the ring may have there. */
export type RingCondition = Readonly<Record<string, readonly string[]>>;

/** An explicit list of units that goes before the hashed share. */
export interface Ring {
  readonly name: string;
  /** Empty in a ring with `where` until the attempt starts (see `freeze-units.ts`). */
  readonly units: readonly string[];
  readonly where?: RingCondition;
}

/** The table of the target that knows all units, one row each. */
export interface UnitSource {
  readonly table: string;
  /** The column with the unit's id, as requests carry it. */
  readonly id: string;
  /** The column with the id of the unit that this one moves with. */
  readonly together?: string;
}

/** What evidence must amount to. Budgets are probabilities, durations milliseconds. */
export interface EvidencePolicy {
  readonly falseRollbackBudget: number;
  readonly falsePromoteBudget: number;
  readonly minimum: { readonly requests: number; readonly units: number | 'auto' };
  readonly warmupMs: number;
  readonly historyMs: number;
  /** Absent, as in policies kept from an earlier version: `rollback`. */
  readonly onOneBadUnit?: OnOneBadUnit;
}

/** What harm to a few units alone leads to: those go back, up to so many; or everybody does. */
export type OnOneBadUnit = 'rollback' | { readonly quarantine: { readonly atMost: number } };

/**
 * `refuse`: a start begins nothing. `queue`: it waits for the end of what stands in its way.
 * `queueForSuccess`: where that went back, it waits on until a person says so.
 */
export type OnConflict = 'refuse' | 'queue' | 'queueForSuccess';

/** A policy with every default resolved: all that `decide` and the judge need to know of it. */
export interface Policy {
  readonly name: string;
  readonly project: string;
  /** First 12 hexadecimal digits of SHA-256 over the effective content; pinned to a rollout. */
  readonly revision: string;
  readonly target: string;
  readonly services: readonly ServiceRequirement[];
  readonly unit: {
    readonly key: string;
    readonly columns: Readonly<Record<string, string>>;
    readonly without: WithoutUnit;
    readonly from?: UnitSource;
  };
  /** `none`: the schema changes and nobody is routed; then `flag` stands nowhere. */
  readonly route?: 'none';
  readonly flag: { readonly provider: 'crossfade' | 'unleash'; readonly name: string };
  readonly schemaMigration: SchemaMigration;
  readonly rings: readonly Ring[];
  /** Units that change sides together, their leader first; known from the start of an attempt on. */
  readonly groups?: readonly (readonly string[])[];
  /** Units that stay on the old side; `until` names the step that releases them. */
  readonly pinned: { readonly old: readonly string[]; readonly until: 'soak' };
  readonly guards: readonly Guard[];
  readonly evidence: EvidencePolicy;
  readonly steps: readonly Step[];
  readonly onFail: FailAction;
  readonly onNoData: 'hold' | 'rollback';
  readonly keepForRetryMs: number;
  /** What a start does while another rollout stands in its way; absent: it is refused. */
  readonly onConflict?: OnConflict;
  /** What firing alerts cause; absent: those whose label `rollout` names the policy roll back. */
  readonly alerts?: readonly AlertRule[];
  /** Who is told of decisions; nobody when absent. */
  readonly notify?: NotifyRoutes;
  /** When it may move forward; at any time when absent. */
  readonly windows?: readonly Window[];
  /** Days on which it may not, whatever the windows say. */
  readonly blackouts?: readonly Blackout[];
  /** What is saved before expand creates anything; nothing when absent. */
  readonly backup?: BackupPolicy;
  /** What its services say that they run, besides what the target has counted. */
  readonly statements?: readonly OldStatement[];
}

/** Whether units are routed by a flag, from one side to the other. */
export function isRouted({ route }: Pick<Policy, 'route'>): boolean {
  return route !== 'none';
}
