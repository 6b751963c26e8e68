import type { Operation } from './operation.ts';
import { interimColumn } from './operations/replacing.ts';
import { returnBorders } from './return-borders.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** A border of which people want to know before a value passes it. */
export interface WatchedBorder {
  /** Of the column's conversion. */
  readonly id: string;
  /** `orders.id` */
  readonly place: string;
  readonly table: string;
  /** What the table calls the new column until contract. */
  readonly column: string;
  /** The number that values draw near to, from below or from above. */
  readonly bound: number;
  readonly rises: boolean;
  readonly warnBeforeMs: number;
}

/** The outermost value at one moment. */
export interface BorderSample {
  readonly at: number;
  readonly value: number;
}

/** What was seen of a border so far. Epoch milliseconds. */
export interface BorderTrack {
  readonly id: string;
  readonly place: string;
  readonly bound: number;
  readonly warnBeforeMs: number;
  /** From the first to the last. */
  readonly samples: readonly BorderSample[];
  readonly lookedAt: number;
  /** When a value will have passed it at the present pace; null where none draws near. */
  readonly passesAt: number | null;
  /** Why the last look saw nothing; absent where it saw. */
  readonly unseen?: string;
}

const COMPARISON = /^\s*(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)\s*(<=?|>=?)\s*(-?\d+(?:\.\d+)?)\s*$/;

/** The number that a condition compares its column with; null for any other condition. */
export function boundOf(condition: string): Pick<WatchedBorder, 'bound' | 'rises'> | null {
  const [, sign, number] = COMPARISON.exec(condition) ?? [];
  if (sign === undefined) return null;
  return { bound: Number(number), rises: sign.startsWith('<') };
}

/** Those of a migration that are declared with `warnBefore`. */
export function watchedBorders(migration: SchemaMigration): readonly WatchedBorder[] {
  return returnBorders(migration).flatMap(
    ({ id, place, while: holds, operation, warnBeforeMs }) => {
      const bound = boundOf(holds);
      if (warnBeforeMs === undefined || bound === null) return [];
      const column = standingColumn(migration, operation);
      return [{ id, place, table: operation.table, column, ...bound, warnBeforeMs }];
    },
  );
}

const standingColumn = (
  migration: SchemaMigration,
  operation: Extract<Operation, { reversible?: unknown }>,
): string =>
  operation.operation === 'changeType' ? interimColumn(migration, operation) : operation.column;

/** So many that a whole rollout is seen, and few enough to be carried from look to look. */
const KEPT = 32;

/** A hundred looks in the time that people want: a warning is late by one of them at the most. */
export function isLookDue(border: WatchedBorder, before: BorderTrack | null, now: number): boolean {
  return before === null || now - before.lookedAt >= border.warnBeforeMs / 100;
}

/** With what a look has found: a value, nothing yet (null), or why it could not see. */
export function withLook(
  { id, place, bound, rises, warnBeforeMs }: WatchedBorder,
  before: BorderTrack | null,
  found: number | null | { readonly unseen: string },
  now: number,
): BorderTrack {
  const known = before?.samples ?? [];
  const samples =
    typeof found === 'number' ? thinned([...known, { at: now, value: found }]) : known;
  const track = { id, place, bound, warnBeforeMs, samples, lookedAt: now };
  const unseen = typeof found === 'object' && found !== null ? found : {};
  return { ...track, passesAt: passesAt(samples, bound, rises), ...unseen };
}

/** Every second one goes, but the newest stays, and so does the first. */
function thinned(samples: readonly BorderSample[]): readonly BorderSample[] {
  if (samples.length <= KEPT) return samples;
  return samples.filter((_, at) => at % 2 === 0 || at === samples.length - 1);
}

/** The faster of two paces counts: that of all the time, and that of its last quarter. */
function passesAt(samples: readonly BorderSample[], bound: number, rises: boolean): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return null;
  const sign = rises ? 1 : -1;
  const left = (bound - last.value) * sign;
  if (left < 0) return last.at;
  const late = samples.findLast(({ at }) => at <= last.at - (last.at - first.at) / 4) ?? first;
  const paces = [first, late].map(
    (from) => ((last.value - from.value) * sign) / Math.max(1, last.at - from.at),
  );
  const pace = Math.max(...paces);
  return pace > 0 ? Math.round(last.at + left / pace) : null;
}

/** The border that a value will have passed first, where that is nearer than people want; null where none is. */
export function nearBorder(tracks: readonly BorderTrack[], now: number): BorderTrack | null {
  const near = tracks.filter(
    ({ passesAt: when, warnBeforeMs }) => when !== null && when - now <= warnBeforeMs,
  );
  return near.toSorted((a, b) => (a.passesAt ?? 0) - (b.passesAt ?? 0))[0] ?? null;
}

/** `meters.reading is at 2100000000 of 2147483647`. */
export function trackWords({ place, bound, samples }: BorderTrack): string {
  const value = samples.at(-1)?.value;
  return `${place} is at ${value ?? 'no value yet'} of ${bound}`;
}
