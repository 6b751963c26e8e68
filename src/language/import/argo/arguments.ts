import { isMapping } from '../../kinds/exactly-one.ts';

/** A part of a template with its arguments put in. */
export interface Substituted {
  readonly value: unknown;
  /** Arguments that have no value here. */
  readonly missing: readonly string[];
}

const pattern = /\{\{\s*args\.([\w.-]+)\s*\}\}/g;

/** Puts values in for `{{args.NAME}}` in every text of a value. */
export function substitute(value: unknown, args: ReadonlyMap<string, string>): Substituted {
  const missing = new Set<string>();
  const put = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return part.replaceAll(pattern, (written: string, name: string) => {
        const given = args.get(name);
        if (given === undefined) missing.add(name);
        return given ?? written;
      });
    }
    if (Array.isArray(part)) return part.map(put);
    if (!isMapping(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, put(inner)]));
  };
  return { value: put(value), missing: [...missing] };
}
