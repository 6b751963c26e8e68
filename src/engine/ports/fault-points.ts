import type { Effect } from '../../core/rollout/effect.ts';

/** Work in one transaction, or a few: at each statement, before and after each commit. */
type StatementPoint =
  `${'expand' | 'contract' | 'retire' | 'restore'}.${'beforeStatement' | 'beforeCommit' | 'afterCommit'}`;

/** Work in batches: between a batch and its cursor, before and after the commit of both. */
type BatchPoint =
  `${'backfill' | 'verify' | 'restore'}.${'beforeCursor' | 'beforeCommit' | 'afterCommit'}`;

/** Statements that stand by themselves: around each of them. */
type StepPoint = `${'index' | 'seal' | 'restore'}.${'beforeStatement' | 'afterStatement'}`;

/** Between a decision's commit and its effect, and between the effect and its being read back. */
type EffectPoint = `${Effect['kind']}.${'beforeAct' | 'afterAct'}`;

/** A backup: before each table, around the moment that makes it whole, before it is compared. */
type BackupPoint = `backup.${'beforeTable' | 'beforeSeal' | 'afterSeal' | 'beforeVerify'}`;

/** Places where a crash hurts most; the kill tests strike at each of them. */
export type FaultPoint =
  | 'tick.beforeCommit'
  | 'tick.afterCommit'
  | EffectPoint
  | StatementPoint
  | BatchPoint
  | BackupPoint
  | StepPoint;

/** Told at each of the points above. Does nothing in production. */
export abstract class FaultPoints {
  abstract reached(point: FaultPoint): void;
}
