import { bucketIndex } from '../core/histogram/bucket-index.ts';
import type { OperationKind } from '../core/protocol/evidence.ts';
import { unitOfNone } from '../core/protocol/shared-units.ts';
import type { Side, Stage } from '../core/protocol/route.ts';
import type { Attempt } from './attempt.ts';
import type { Decision } from './decision.ts';
import { EvidenceTally } from './evidence-tally.ts';
import type { ComparisonOutcome } from './evidence-tally.ts';
import type { Sample } from './shadow-reader.ts';
import type { Telemetry } from './telemetry.ts';
import type { Timing } from './timing.ts';
import { UnitNames } from './unit-names.ts';
import { WithoutUnitCounts } from './without-unit-counts.ts';

/** One operation that ended, or took too long. */
export interface OperationRecord {
  readonly decision: Decision;
  readonly unit: string | undefined;
  /** What it is part of, where the application said so. */
  readonly route?: string | undefined;
  readonly operation: OperationKind;
  /** Whether its own side did harm; a fallback does not heal that. */
  readonly failed: boolean;
  readonly milliseconds: number;
}

/** Counts operations by stage since the process began. */
export type StageCounts = Readonly<Record<Stage, number>>;

/** All that is counted of one migration, so that an operation looks it up once. */
interface Counts {
  readonly names: UnitNames;
  readonly stages: Record<Stage, number>;
  /** The tally of the revision that was counted under last. */
  tally: EvidenceTally | null;
  /** Those of other revisions since the last report. */
  others: readonly EvidenceTally[];
}

/** Adds up what happens until the next report takes it away. */
export class EvidenceRecorder {
  readonly #timing: Timing;
  readonly #telemetry: Telemetry;
  readonly #counts = new Map<string, Counts>();
  readonly #withoutUnit = new WithoutUnitCounts();

  constructor(timing: Timing, telemetry: Telemetry) {
    this.#timing = timing;
    this.#telemetry = telemetry;
  }

  operation(migration: string, record: OperationRecord): void {
    const { decision, unit, failed, route } = record;
    const counts = this.#of(migration);
    const tally = this.#tallyOf(migration, decision.revision, counts);
    counts.stages[decision.stage] += 1;
    if (unit === undefined) this.#belongsToNobody(migration, tally, route);
    if (!decision.counted) return;
    const name = unit === undefined ? unitOfNone : counts.names.nameOf(unit);
    tally.operation(name, decision.cohort, record.operation, failed);
    if (this.#telemetry.isOn) this.#measure(migration, record);
    // A failure's duration says how fast it fails, which would flatter the side that does.
    if (failed) return;
    const bucket = bucketIndex(record.milliseconds / 1_000);
    tally.duration(decision.cohort, record.operation, bucket, decision.group);
  }

  /** The caller of an operation was answered by `side`, with a value or an error. */
  served(migration: string, decision: Decision, side: Side): void {
    const tally = this.#tallyOf(migration, decision.revision);
    tally.served[side] += 1;
    if (side === decision.side) return;
    tally.fallbacks += 1;
    this.#telemetry.fallback(migration);
  }

  /** A call that the policy refuses because it belongs to no unit. */
  refused(migration: string, revision: number, route: string | undefined): void {
    this.#belongsToNobody(migration, this.#tallyOf(migration, revision), route);
  }

  /** The first look at the other side of a sampled read, for which nobody waited. */
  shadowed({ migration, decision }: Sample, made: Attempt<unknown>): void {
    if (!this.#telemetry.isOn || !made.ok) return;
    const { cohort } = decision;
    const side = decision.side === 'old' ? 'new' : 'old';
    const group = decision.group;
    const { milliseconds } = made;
    this.#telemetry.shadowed({ migration, side, cohort, group, milliseconds });
  }

  comparison(migration: string, revision: number, unit: string, outcome: ComparisonOutcome): void {
    const counts = this.#of(migration);
    const tally = this.#tallyOf(migration, revision, counts);
    tally.comparison(counts.names.nameOf(unit), outcome);
    this.#telemetry.comparison(migration, outcome);
  }

  withoutUnitOf(migration: string): Readonly<Record<string, number>> {
    return this.#withoutUnit.by(migration);
  }

  stagesOf(migration: string): StageCounts {
    return { ...this.#of(migration).stages };
  }

  /** Hands over what was counted since the last call. */
  take(): readonly EvidenceTally[] {
    this.#telemetry.look();
    const taken: EvidenceTally[] = [];
    for (const counts of this.#counts.values()) {
      taken.push(...counts.others, ...(counts.tally === null ? [] : [counts.tally]));
      counts.tally = null;
      counts.others = [];
    }
    const now = this.#timing.epochMs();
    for (const tally of taken) tally.endAt(now);
    return taken;
  }

  #measure(migration: string, { decision, ...record }: OperationRecord): void {
    const { side, cohort, group } = decision;
    this.#telemetry.operation({ migration, ...record, side, cohort, group });
  }

  #belongsToNobody(migration: string, tally: EvidenceTally, route = 'no scope'): void {
    tally.withoutUnit += 1;
    this.#withoutUnit.add(migration, route);
  }

  #of(migration: string): Counts {
    let counts = this.#counts.get(migration);
    if (counts === undefined) {
      const stages = { off: 0, dualwrite: 0, shadow: 0, live: 0, rampdown: 0, complete: 0 };
      counts = { names: new UnitNames(), stages, tally: null, others: [] };
      this.#counts.set(migration, counts);
    }
    return counts;
  }

  #tallyOf(migration: string, revision: number, counts = this.#of(migration)): EvidenceTally {
    const { tally, others } = counts;
    if (tally?.revision === revision) return tally;
    const known = others.find((other) => other.revision === revision);
    const current = known ?? new EvidenceTally(migration, revision, this.#timing.epochMs());
    const rest = known === undefined ? others : others.filter((other) => other !== known);
    counts.others = tally === null ? rest : [...rest, tally];
    counts.tally = current;
    return current;
  }
}
