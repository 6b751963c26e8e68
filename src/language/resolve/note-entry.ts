import { writtenKey } from '../../core/policy/written-value.ts';
import type { Origins } from './layers.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an item of a list says itself, under the names that the effective policy has for it. */
export interface WrittenEntry {
  /** The path of the list's item, such as `steps.4`. */
  readonly path: string;
  readonly origin: string;
  readonly written: Fields;
}

/**
 * Notes where the values of an item come from: as a whole from whoever wrote it, and what it leaves out is
 * built in, within one value of it too.
 */
export function noteEntry(
  origins: Origins,
  { path, origin, written }: WrittenEntry,
  resolved: object,
): void {
  origins.set(path, origin);
  for (const [name, value] of fieldsOf(resolved)) {
    const said = written[name];
    if (said === undefined) origins.set(`${path}.${name}`, 'built-in');
    else if (isFields(said)) {
      for (const [part] of fieldsOf(value)) {
        if (said[part] === undefined) origins.set(`${path}.${name}.${part}`, 'built-in');
      }
    }
  }
}

/** The values of an item by the names that people write; the quantiles of a latency are named, too. */
export function fieldsOf(value: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (Array.isArray(value)) return quantilesOf(value);
  if (!isFields(value)) return [];
  return Object.entries(value).map(([key, inner]) => [writtenKey(key), inner] as const);
}

function quantilesOf(list: readonly unknown[]): readonly (readonly [string, unknown])[] {
  return list.flatMap((one) => {
    if (!isFields(one) || typeof one['quantile'] !== 'number') return [];
    const { quantile, ...bound } = one;
    return [[`p${Math.round(Number(quantile) * 100)}`, bound] as const];
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
