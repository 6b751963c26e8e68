import { machine } from './move.ts';
import type { ObservedFlag } from './observations.ts';

/** The flag as a person left it after revision `since`; null when nobody has touched it since then. */
export function personsEdit(flag: ObservedFlag | null, since: number): ObservedFlag | null {
  if (flag === null || flag.version !== null || flag.changedBy === machine) return null;
  return flag.route.revision > since ? flag : null;
}
