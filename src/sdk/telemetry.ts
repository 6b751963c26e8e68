import type { Cohort, OperationKind } from '../core/protocol/evidence.ts';
import type { Side } from '../core/protocol/route.ts';
import type { ComparisonOutcome } from './evidence-tally.ts';
import type { FlagEvents } from './flag-events.ts';
import { unitBucket, unitBuckets } from '../core/cohort/unit-bucket.ts';

/** Attributes of a measurement: few values each, and never a unit's id. */
type Attributes = Readonly<Record<string, string | number>>;

interface InstrumentOptions {
  readonly description: string;
  readonly unit?: string;
}

/** The part of OpenTelemetry's `Meter` that is used. */
export interface Meter {
  createCounter(
    name: string,
    options: InstrumentOptions,
  ): { add(value: number, attributes: Attributes): void };
  createHistogram(
    name: string,
    options: InstrumentOptions,
  ): { record(value: number, attributes: Attributes): void };
}

/** One side's work. */
export interface MeasuredWork {
  readonly migration: string;
  readonly side: Side;
  readonly cohort: Cohort;
  /** The unit's ramp group, where it is known. */
  readonly group: number | undefined;
  readonly milliseconds: number;
}

/** The work of the side that served. */
export interface MeasuredOperation extends MeasuredWork {
  readonly operation: OperationKind;
  readonly unit: string | undefined;
  readonly failed: boolean;
}

type Instruments = ReturnType<typeof instrumentsOf>;

const kinds: readonly OperationKind[] = ['read', 'write'];
const sides: readonly Side[] = ['old', 'new'];
const outcomes: readonly ComparisonOutcome[] = [
  'match',
  'void',
  'missing',
  'extra',
  'field',
  'order',
  'error',
];

/**
 * The application's own metrics (DESIGN §10), through its OpenTelemetry if it has one. Every series
 * of a counter begins at zero before anything is counted, so that the first increase is seen as one.
 */
export class Telemetry {
  /** What is said of decisions; null says nothing. */
  readonly events: FlagEvents | null;
  readonly #meter: () => Meter | null;
  readonly #migrations = new Set<string>();
  /** Attributes of `migration.operations`, made once: nothing is allocated for an operation. */
  readonly #attributes = new Map<string, readonly Attributes[]>();
  #instruments: Instruments | null = null;

  /** @param meter null for as long as the application has not registered a provider of meters */
  constructor(meter: () => Meter | null, events: FlagEvents | null = null) {
    this.#meter = meter;
    this.events = events;
  }

  /** Looks whether there is a meter by now, and somebody who takes events. */
  look(): void {
    this.events?.look();
    if (this.#instruments !== null) return;
    const meter = this.#meter();
    if (meter === null) return;
    this.#instruments = instrumentsOf(meter);
    for (const migration of this.#migrations) this.#begin(migration, this.#instruments);
  }

  declared(migration: string): void {
    if (this.#migrations.has(migration)) return;
    this.#migrations.add(migration);
    if (this.#instruments !== null) this.#begin(migration, this.#instruments);
  }

  get isOn(): boolean {
    return this.#instruments !== null;
  }

  operation(measured: MeasuredOperation): void {
    if (this.#instruments === null) return;
    const { migration, operation, side, unit, failed } = measured;
    const bucket = unit === undefined ? unitBuckets : unitBucket(unit);
    const at = indexOf(operation, side, bucket, failed);
    this.#instruments.operations.add(1, this.#attributesOf(migration)[at] ?? {});
    if (!failed) this.#duration(measured, operation, 'authoritative');
  }

  /** The other side of a comparison, which nobody waited for. */
  shadowed(measured: MeasuredWork): void {
    this.#duration(measured, 'read', 'shadow');
  }

  comparison(migration: string, outcome: ComparisonOutcome): void {
    this.#instruments?.comparisons.add(1, { migration, outcome });
  }

  fallback(migration: string): void {
    this.#instruments?.fallbacks.add(1, { migration });
  }

  #duration(
    { migration, side, cohort, group, milliseconds }: MeasuredWork,
    operation: OperationKind,
    role: 'authoritative' | 'shadow',
  ): void {
    const attributes = { migration, operation, side, role, cohort };
    const all = group === undefined ? attributes : { ...attributes, ramp_group: group };
    this.#instruments?.duration.record(milliseconds / 1_000, all);
  }

  #begin(migration: string, { operations, comparisons, fallbacks }: Instruments): void {
    for (const attributes of this.#attributesOf(migration)) operations.add(0, attributes);
    for (const outcome of outcomes) comparisons.add(0, { migration, outcome });
    fallbacks.add(0, { migration });
  }

  #attributesOf(migration: string): readonly Attributes[] {
    let all = this.#attributes.get(migration);
    if (all === undefined) {
      all = operationAttributes(migration);
      this.#attributes.set(migration, all);
    }
    return all;
  }
}

/** In the order that `indexOf` counts in; the last bucket is for what belongs to no unit. */
function operationAttributes(migration: string): readonly Attributes[] {
  const buckets = Array.from({ length: unitBuckets + 1 }, (_, n) => (n < unitBuckets ? n : 'none'));
  return kinds.flatMap((operation) =>
    sides.flatMap((side) =>
      buckets.flatMap((bucket) =>
        ['ok', 'error'].map((outcome) => {
          const cohort: Cohort = side === 'new' ? 'canary' : 'baseline';
          return { migration, operation, side, cohort, bucket: String(bucket), outcome };
        }),
      ),
    ),
  );
}

function indexOf(operation: OperationKind, side: Side, bucket: number, failed: boolean): number {
  const place = kinds.indexOf(operation) * 2 + sides.indexOf(side);
  return (place * (unitBuckets + 1) + bucket) * 2 + (failed ? 1 : 0);
}

function instrumentsOf(meter: Meter) {
  return {
    operations: meter.createCounter('migration.operations', {
      description: 'Operations of a migration by the side that served them.',
      unit: '{operation}',
    }),
    duration: meter.createHistogram('migration.operation.duration', {
      description: 'How long operations took that did no harm.',
      unit: 's',
    }),
    comparisons: meter.createCounter('migration.comparisons', {
      description: 'Comparisons of the two sides, by how they ended.',
      unit: '{comparison}',
    }),
    fallbacks: meter.createCounter('migration.fallbacks', {
      description: 'Pure reads that the old side answered for the new one.',
      unit: '{operation}',
    }),
  };
}
