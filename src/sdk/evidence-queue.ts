import type { MigrationEvidence } from '../core/protocol/evidence.ts';
import type { EvidenceTally } from './evidence-tally.ts';

/** Ticks that are kept apart while Crossfade is away: about a minute. Older ones are merged. */
const ticksApart = 60;

/** Rows kept apart over all ticks, whatever their number. */
const rowsApart = 50_000;

/** Rows of one report: below 300 KB for ids as long as a UUID. */
const rowsPerReport = 2_000;

/**
 * Evidence that waits for its report. It never grows without bound: when there are too many ticks or
 * rows, the oldest two ticks of one migration and revision become one.
 */
export class EvidenceQueue {
  #waiting: EvidenceTally[] = [];
  #pieces: MigrationEvidence[] = [];

  add(tallies: readonly EvidenceTally[]): void {
    this.#waiting.push(...tallies);
    while (this.#isTooLong() && this.#mergeOldest());
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#pieces.length === 0;
  }

  /** The oldest evidence, as much as fits into one report. */
  take(): readonly MigrationEvidence[] {
    const taken: MigrationEvidence[] = [];
    let rows = 0;
    for (;;) {
      const next = this.#next();
      if (next === undefined) return taken;
      const size = next.units.length + next.comparisons.length;
      if (taken.length > 0 && rows + size > rowsPerReport) return taken;
      this.#pieces.shift();
      taken.push(next);
      rows += size;
    }
  }

  #next(): MigrationEvidence | undefined {
    if (this.#pieces.length === 0) {
      const tally = this.#waiting.shift();
      if (tally !== undefined) this.#pieces.push(...tally.toEvidence(rowsPerReport));
    }
    return this.#pieces[0];
  }

  #isTooLong(): boolean {
    const perMigration = new Map<string, number>();
    let rows = 0;
    for (const { migration, rows: size } of this.#waiting) {
      rows += size;
      perMigration.set(migration, (perMigration.get(migration) ?? 0) + 1);
    }
    return rows > rowsApart || Math.max(0, ...perMigration.values()) > ticksApart;
  }

  /** False when nothing is left to merge: then every migration and revision stands once. */
  #mergeOldest(): boolean {
    const oldest = new Map<string, EvidenceTally>();
    for (const [at, tally] of this.#waiting.entries()) {
      const key = `${tally.revision} ${tally.migration}`;
      const older = oldest.get(key);
      if (older !== undefined) {
        older.merge(tally);
        this.#waiting.splice(at, 1);
        return true;
      }
      oldest.set(key, tally);
    }
    return false;
  }
}
