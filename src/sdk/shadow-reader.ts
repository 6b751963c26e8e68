import type { MismatchKind } from '../core/protocol/evidence.ts';
import type { Side } from '../core/protocol/route.ts';
import { attempt } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { Breaker } from './breaker.ts';
import type { ComparisonLog } from './comparison-log.ts';
import type { Decision } from './decision.ts';
import { differenceOf } from './difference.ts';
import { differingFields } from './differing-fields.ts';
import type { Comparing } from './difference.ts';
import type { ComparisonOutcome } from './evidence-tally.ts';
import type { NoiseFloor } from './noise-floor.ts';
import { inShadow } from './shadow-scope.ts';
import { late, within } from './time-limit.ts';
import type { Timing } from './timing.ts';
import type { UnitWrites, WriteWatch } from './unit-writes.ts';
import type { Warnings } from './warnings.ts';

/** Looks after the first before an error counts, and the time between two of them. */
const looksAtErrors = 3;
const lookAgainMs = 200;

/** A read that both sides can answer. */
export interface BothSides<T> extends Comparing<T> {
  readonly old: () => T | PromiseLike<T>;
  readonly new: () => T | PromiseLike<T>;
}

/** A read that was chosen for comparison, before it runs: writes are watched from its start. */
export interface Sample {
  readonly migration: string;
  readonly unit: string;
  readonly decision: Decision;
  readonly watch: WriteWatch;
}

/** What the shadow reader stands on. */
export interface ShadowSources {
  readonly timing: Timing;
  readonly writes: UnitWrites;
  readonly warnings: Warnings;
  readonly notAnError: (error: unknown) => boolean;
  /** Comparisons that run at the same time, over all migrations. */
  readonly atOnce: number;
  /** How long each read of a comparison may take. */
  readonly limitMs: number;
  readonly record: (sample: Sample, outcome: ComparisonOutcome) => void;
  /** The first look at the other side has ended. */
  readonly shadowed: (sample: Sample, other: Attempt<unknown>) => void;
  readonly log: ComparisonLog;
  readonly floor: NoiseFloor;
}

/**
 * Reads the other side after the caller was answered, and compares. It never delays a caller, never
 * runs more than a few reads at once, and leaves a side that keeps failing alone for a while.
 */
export class ShadowReader {
  readonly #sources: ShadowSources;
  readonly #breakers = new Map<string, Breaker>();
  #running = 0;

  constructor(sources: ShadowSources) {
    this.#sources = sources;
  }

  /** Chooses a part of the reads in the stages that compare; null for all others. */
  sample(migration: string, unit: string | undefined, decision: Decision): Sample | null {
    const { stage, shadowSample } = decision;
    if (unit === undefined || (stage !== 'shadow' && stage !== 'live')) return null;
    if (this.#sources.timing.random() >= shadowSample) return null;
    if (this.#breakerOf(migration).isOpen) return null;
    return { migration, unit, decision, watch: this.#sources.writes.watch(unit) };
  }

  /** Compares a sampled read whose own side ended with `own`; returns at once. */
  compare<T>(sample: Sample, own: Attempt<T>, sides: BothSides<T>): void {
    const { timing } = this.#sources;
    if (!own.ok && own.harm) {
      // It is counted as its own side's failure; there is no answer to compare with.
      sample.watch.end();
      return;
    }
    if (this.#running >= this.#sources.atOnce) {
      this.#end(sample, 'void');
      return;
    }
    this.#running += 1;
    timing.soon(() => void this.#run(sample, own, sides));
  }

  async #run<T>(sample: Sample, own: Attempt<T>, sides: BothSides<T>): Promise<void> {
    const reads: Promise<unknown>[] = [];
    try {
      this.#end(sample, await this.#outcome(sample, own, sides, reads));
    } catch (error) {
      this.#end(sample, 'void');
      const { migration } = sample;
      this.#sources.warnings.once(
        `compare:${migration}`,
        `comparing the two sides of ${migration} threw ${String(error)}; such comparisons are void: check compare and normalise`,
      );
    } finally {
      // A read that outlives its limit still holds a connection: its place is not given away.
      await Promise.all(reads);
      this.#running -= 1;
    }
  }

  async #outcome<T>(
    sample: Sample,
    own: Attempt<T>,
    sides: BothSides<T>,
    reads: Promise<unknown>[],
  ): Promise<ComparisonOutcome> {
    const { migration, decision, watch } = sample;
    const { floor } = this.#sources;
    if (floor.takesNext(migration)) return this.#calibrate(sample, own, sides, reads);
    const other = await this.#readOther(sample, sides, reads);
    if (other !== late) this.#sources.shadowed(sample, other);
    if (other === late || watch.overlapped) return 'void';
    let difference = differenceBy(decision.side, own, other, sides);
    // A difference counts only when it is seen again: one side may have been read before a write
    // of another process, the other one after it. An error must be seen more often, over a while:
    // a side that fails now and then is judged by its failures, not by its answers.
    const looks = difference === 'error' ? looksAtErrors : floor.looksAt(migration);
    for (let look = 1; look <= looks; look += 1) {
      if (difference === 'void' || difference === null) break;
      if (difference === 'error') await this.#pause();
      difference = await this.#lookAgain(sample, own, sides, reads);
    }
    if (difference === null) return 'match';
    if (difference !== 'void') this.#note(sample, difference, [own, other], sides);
    return difference;
  }

  #note<T>(
    { migration, unit }: Sample,
    kind: MismatchKind,
    [own, other]: readonly [Attempt<T>, Attempt<T>],
    { normalise = (value): unknown => value }: BothSides<T>,
  ): void {
    const bothOk = own.ok && other.ok;
    const fields = bothOk ? differingFields(normalise(own.value), normalise(other.value)) : [];
    this.#sources.log.mismatch(migration, { unit, kind, fields });
  }

  async #lookAgain<T>(
    sample: Sample,
    own: Attempt<T>,
    sides: BothSides<T>,
    reads: Promise<unknown>[],
  ): Promise<MismatchKind | 'void' | null> {
    const { decision, watch } = sample;
    const [servedAgain, otherAgain] = await Promise.all([
      this.#read(decision.side, sides, reads),
      this.#readOther(sample, sides, reads),
    ]);
    if (servedAgain === late || otherAgain === late || watch.overlapped) return 'void';
    if (!servedAgain.ok && servedAgain.harm) return 'void';
    // The served side itself moved: another process wrote, and nothing is proven.
    if (differenceBy(decision.side, own, servedAgain, sides) !== null) {
      this.#noise(sample);
      return 'void';
    }
    return differenceBy(decision.side, servedAgain, otherAgain, sides);
  }

  /** The serving side against itself: whatever differs now is noise. */
  async #calibrate<T>(
    { migration, decision, watch }: Sample,
    own: Attempt<T>,
    sides: BothSides<T>,
    reads: Promise<unknown>[],
  ): Promise<'void'> {
    const again = await this.#read(decision.side, sides, reads);
    if (again === late || watch.overlapped || (!again.ok && again.harm)) return 'void';
    if (differenceOf(own, again, sides) !== null) this.#noise({ migration });
    return 'void';
  }

  #noise({ migration }: Pick<Sample, 'migration'>): void {
    this.#sources.floor.differed(migration);
    this.#sources.log.noise(migration);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#sources.timing.after(lookAgainMs, resolve);
    });
  }

  /** Only the side that nobody waits for is spared by the breaker. */
  async #readOther<T>(
    { migration, decision }: Sample,
    sides: BothSides<T>,
    reads: Promise<unknown>[],
  ): Promise<Attempt<T> | typeof late> {
    const made = await this.#read(decision.side === 'old' ? 'new' : 'old', sides, reads);
    const breaker = this.#breakerOf(migration);
    if (made === late || (!made.ok && made.harm)) breaker.failed();
    else breaker.succeeded();
    return made;
  }

  #read<T>(
    side: Side,
    sides: BothSides<T>,
    reads: Promise<unknown>[],
  ): Promise<Attempt<T> | typeof late> {
    const { timing, limitMs, notAnError } = this.#sources;
    const run = side === 'old' ? sides.old : sides.new;
    const read = inShadow(() => attempt(run, timing, notAnError));
    reads.push(read);
    return within(timing, limitMs, read);
  }

  #breakerOf(migration: string): Breaker {
    let breaker = this.#breakers.get(migration);
    if (breaker === undefined) {
      breaker = new Breaker(this.#sources.timing);
      this.#breakers.set(migration, breaker);
    }
    return breaker;
  }

  #end(sample: Sample, outcome: ComparisonOutcome): void {
    sample.watch.end();
    this.#sources.record(sample, outcome);
  }
}

/** `void` where the old side failed: its failure says nothing about the new one. */
function differenceBy<T>(
  servedBy: Side,
  served: Attempt<T>,
  other: Attempt<T>,
  comparing: Comparing<T>,
): MismatchKind | 'void' | null {
  const [old, fresh] = servedBy === 'old' ? [served, other] : [other, served];
  if (!old.ok && old.harm) return 'void';
  return differenceOf(old, fresh, comparing);
}
