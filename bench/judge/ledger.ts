import type { Knowledge } from './knowledge.ts';
import { budget } from './policy.ts';
import type { CohortSums } from './stand.ts';

/** How one rollout went under one way of judging. Times in seconds since the first exposure. */
export interface Outcome {
  /** When harm was first said, of the rollout or of one unit; null when never. */
  readonly alarmAt: number | null;
  /** When the old side was said to be worse than before the change; null when never. */
  readonly warnedAt: number | null;
  /** When the rollout was rolled back; null when never. */
  readonly rollbackAt: number | null;
  /** Units sent back alone, by index, in order; those that were let in again too. */
  readonly sentBack: readonly number[];
  /** The unit that the fault is about; null when it is about no single one. */
  readonly culprit: number | null;
  /** Since when the last step was proven not worse; null when it never was. */
  readonly provenAt: number | null;
  /** Failures that the migration caused until the rollback, or until the end. */
  readonly extraErrors: number;
  /** Information used until the first alarm, as a multiple of ln(1/budget); null without an alarm. */
  readonly information: number | null;
  /** Requests on the new side until the first alarm, or until the end. */
  readonly exposed: number;
}

/** Keeps the books of one rollout: what it cost, and what was said when. */
export class Ledger {
  readonly #culprit: number | null;
  readonly #sentBack: number[] = [];
  #quarantined: readonly number[] = [];
  #alarmAt: number | null = null;
  #warnedAt: number | null = null;
  #rollbackAt: number | null = null;
  #provenAt: number | null = null;
  #extraErrors = 0;
  #information = 0;
  #exposed = 0;

  constructor(culprit: number | null) {
    this.#culprit = culprit;
  }

  /** Units that are on the old side now although their share is not. */
  get quarantined(): readonly number[] {
    return this.#quarantined;
  }

  /** Whether the rollout has been rolled back. */
  get isOver(): boolean {
    return this.#rollbackAt !== null;
  }

  /** Enters a moment that the rollout went through. */
  enter(sums: CohortSums, knowledge: Knowledge): void {
    this.#extraErrors += sums.extraErrors;
    if (this.#alarmAt !== null) return;
    this.#information += knowledge.information;
    this.#exposed += sums.newTotal;
  }

  sendBack(unit: number, at: number): void {
    this.#alarmAt ??= at;
    this.#sentBack.push(unit);
    this.#quarantined = [...this.#quarantined, unit];
  }

  /** A unit that was not to blame goes on, once: who is sent back again stays there. */
  release(unit: number): void {
    if (this.#sentBack.filter((other) => other === unit).length > 1) return;
    this.#quarantined = this.#quarantined.filter((other) => other !== unit);
  }

  /** Harm is seen that no rollback would mend: the old side itself is worse than before. */
  warn(at: number): void {
    this.#warnedAt ??= at;
  }

  rollBack(at: number): void {
    this.#alarmAt ??= at;
    this.#rollbackAt = at;
  }

  prove(at: number): void {
    this.#provenAt ??= at;
  }

  /** Another rollout that has gone the same way so far. */
  copy(): Ledger {
    const copy = new Ledger(this.#culprit);
    copy.#sentBack.push(...this.#sentBack);
    copy.#quarantined = this.#quarantined;
    copy.#alarmAt = this.#alarmAt;
    copy.#warnedAt = this.#warnedAt;
    copy.#rollbackAt = this.#rollbackAt;
    copy.#provenAt = this.#provenAt;
    copy.#extraErrors = this.#extraErrors;
    copy.#information = this.#information;
    copy.#exposed = this.#exposed;
    return copy;
  }

  outcome(): Outcome {
    return {
      alarmAt: this.#alarmAt,
      warnedAt: this.#warnedAt,
      rollbackAt: this.#rollbackAt,
      sentBack: this.#sentBack,
      culprit: this.#culprit,
      provenAt: this.#provenAt,
      extraErrors: this.#extraErrors,
      information: this.#alarmAt === null ? null : this.#information / Math.log(1 / budget),
      exposed: this.#exposed,
    };
  }
}
