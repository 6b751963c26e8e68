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

/** Adds up what happens until the next report takes it away. */
export class EvidenceRecorder {
  readonly #timing: Timing;
  readonly #telemetry: Telemetry;
  readonly #names = new Map<string, UnitNames>();
  readonly #stages = new Map<string, Record<Stage, number>>();
  readonly #withoutUnit = new WithoutUnitCounts();
  #tallies = new Map<string, Map<number, EvidenceTally>>();

  constructor(timing: Timing, telemetry: Telemetry) {
    this.#timing = timing;
    this.#telemetry = telemetry;
  }

  operation(migration: string, record: OperationRecord): void {
    const { decision, unit, failed, route } = record;
    const tally = this.#tallyOf(migration, decision.revision);
    this.#stagesOf(migration)[decision.stage] += 1;
    if (unit === undefined) this.#belongsToNobody(migration, tally, route);
    if (!decision.counted) return;
    const name = unit === undefined ? unitOfNone : this.#nameOf(migration, unit);
    tally.operation(name, decision.cohort, record.operation, failed);
    this.#measure(migration, record);
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
    this.#tallyOf(migration, revision).comparison(this.#nameOf(migration, unit), outcome);
    this.#telemetry.comparison(migration, outcome);
  }

  withoutUnitOf(migration: string): Readonly<Record<string, number>> {
    return this.#withoutUnit.by(migration);
  }

  stagesOf(migration: string): StageCounts {
    return { ...this.#stagesOf(migration) };
  }

  /** Hands over what was counted since the last call. */
  take(): readonly EvidenceTally[] {
    this.#telemetry.look();
    const taken = [...this.#tallies.values()].flatMap((byRevision) => [...byRevision.values()]);
    this.#tallies = new Map();
    const now = this.#timing.epochMs();
    for (const tally of taken) tally.endAt(now);
    return taken;
  }

  #measure(migration: string, { decision, ...record }: OperationRecord): void {
    if (!this.#telemetry.isOn) return;
    const { side, cohort } = decision;
    const group = decision.group;
    this.#telemetry.operation({ migration, ...record, side, cohort, group });
  }

  #belongsToNobody(migration: string, tally: EvidenceTally, route = 'no scope'): void {
    tally.withoutUnit += 1;
    this.#withoutUnit.add(migration, route);
  }

  #tallyOf(migration: string, revision: number): EvidenceTally {
    let byRevision = this.#tallies.get(migration);
    if (byRevision === undefined) {
      byRevision = new Map();
      this.#tallies.set(migration, byRevision);
    }
    let tally = byRevision.get(revision);
    if (tally === undefined) {
      tally = new EvidenceTally(migration, revision, this.#timing.epochMs());
      byRevision.set(revision, tally);
    }
    return tally;
  }

  #nameOf(migration: string, unit: string): string {
    let names = this.#names.get(migration);
    if (names === undefined) {
      names = new UnitNames();
      this.#names.set(migration, names);
    }
    return names.nameOf(unit);
  }

  #stagesOf(migration: string): Record<Stage, number> {
    let stages = this.#stages.get(migration);
    if (stages === undefined) {
      stages = { off: 0, dualwrite: 0, shadow: 0, live: 0, rampdown: 0, complete: 0 };
      this.#stages.set(migration, stages);
    }
    return stages;
  }
}
