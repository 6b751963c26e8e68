import { CrossfadeError } from '../../core/errors.ts';
import type { Alert } from '../../core/alerts/alert.ts';
import { asStorable } from '../../core/protocol/storable.ts';

/** What one notification tells. */
export interface Notification {
  readonly alerts: readonly Alert[];
  /** Alerts that cannot be understood; the others count all the same. */
  readonly refused: number;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Null for anything but a mapping: what is told of by strangers is asked for field by field. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

/** A field of its own, never what every object inherits. */
export function fieldOf(fields: Fields | null, name: string): unknown {
  return fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** An alert with a character that cannot be stored is not lost for it. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? asStorable(value) : null;
}

const longestLine = 300;

/** One line for people. */
export function lineOf(...values: readonly unknown[]): string {
  const text = values.map(textOf).find((one) => one !== null && one.trim() !== '') ?? '';
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longestLine ? line : `${line.slice(0, longestLine - 1)}…`;
}

/** Labels: texts as they are, numbers and truth values as texts; anything else is no label. */
export function labelsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(value) ?? {}).flatMap(([name, one]) => {
    const text = typeof one === 'number' || typeof one === 'boolean' ? String(one) : textOf(one);
    return text === null ? [] : [[textOf(name) ?? '', text] as const];
  });
  return Object.fromEntries(entries);
}

/** RFC 3339 with a zone, as `Date` reads it; the year 1, as Go writes no time at all, is none. */
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** Epoch milliseconds, or null. */
export function timeOf(value: unknown): number | null {
  const text = textOf(value);
  if (text === null || !rfc3339.test(text)) return null;
  const at = Date.parse(text);
  return Number.isFinite(at) && at > 0 ? at : null;
}

/** An address that a browser may be sent to; null for any other. */
export function linkOf(...values: readonly unknown[]): string | null {
  const found = values.map(textOf).find((text) => text !== null && /^https?:\/\//i.test(text));
  return found === undefined || found === null || found.length > 2_000 ? null : found;
}

/** The mapping that a body must be. Throws `invalidInput`. */
export function bodyFields(body: unknown, what: string): Fields {
  const fields = fieldsOf(body);
  if (fields !== null) return fields;
  throw new CrossfadeError('invalidInput', `expected ${what}: a JSON object`);
}
