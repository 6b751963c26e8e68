/** Places where a crash hurts most; the kill tests strike at each of them. */
export type FaultPoint =
  | 'expand.beforeCommit'
  | 'expand.afterCommit'
  | 'backfill.beforeCommit'
  | 'backfill.afterCommit'
  | 'contract.beforeCommit'
  | 'contract.afterCommit'
  | 'tick.beforeCommit'
  | 'tick.afterCommit'
  | 'effect.beforeAct'
  | 'effect.afterAct';

/** Told at each of the points above. Does nothing in production. */
export abstract class FaultPoints {
  abstract reached(point: FaultPoint): void;
}
