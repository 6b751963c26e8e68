import { CrossfadeError } from '../../core/errors.ts';
import { ForeignEdit } from '../../core/flags/foreign-edit.ts';
import { strategiesToRoute } from '../../core/flags/strategies-to-route.ts';
import type { RouteReading } from '../../core/flags/strategies-to-route.ts';
import { fingerprintOf, markOf } from '../../core/flags/version-mark.ts';
import type { VersionMark } from '../../core/flags/version-mark.ts';
import type { ObservedFlag } from '../../engine/ports/flag-provider.ts';
import type { FlagHistory } from './flag-history.ts';
import type { StoredFlag } from './stored-flag.ts';

/** Reads what Unleash serves: disabled strategies do not count, a parent flag does. */
export function readingOf(flag: StoredFlag): RouteReading {
  const reading = strategiesToRoute(flag.strategies.filter((strategy) => !strategy.disabled));
  if (flag.parents.length === 0) return reading;
  const parent = `the flag depends on "${flag.parents.join('", "')}"`;
  const reasons = reading.kind === 'foreign' ? reading.reasons : [];
  return { kind: 'foreign', reasons: [...reasons, parent] };
}

/**
 * A flag as it really is, with whoever changed it last. Throws `ForeignEdit` when it shows no route
 * any more, `unavailable` in the midst of Crossfade's own write.
 */
export function observeFlag(name: string, flag: StoredFlag, history: FlagHistory): ObservedFlag {
  const reading = readingOf(flag);
  const change = lastChange(flag, history, reading);
  if (reading.kind === 'foreign') {
    if (change.underWay) {
      throw new CrossfadeError(
        'unavailable',
        `flag "${name}" is just being written, read it again`,
      );
    }
    const { changedBy, changedAt } = change;
    const seen = { revision: history.revision, enabled: flag.enabled };
    throw new ForeignEdit(name, { changedBy, changedAt, ...seen, reasons: reading.reasons });
  }
  return {
    name,
    route: { ...reading.spec, revision: history.revision, enabled: flag.enabled },
    version: change.version,
    changedBy: change.changedBy,
    changedAt: change.changedAt,
  };
}

interface LastChange {
  readonly version: number | null;
  readonly changedBy: string;
  readonly changedAt: number;
  readonly underWay: boolean;
}

function lastChange(flag: StoredFlag, history: FlagHistory, reading: RouteReading): LastChange {
  const mark = markOf(flag.strategies);
  const foreign = history.foreignSince(mark?.version ?? null);
  if (foreign === null) return ownChange(mark, history, reading);
  return { version: null, changedBy: foreign.by, changedAt: foreign.at, underWay: false };
}

/** All events carry Crossfade's identity; still, another script may use the same token. */
function ownChange(
  mark: VersionMark | null,
  history: FlagHistory,
  reading: RouteReading,
): LastChange {
  const last = history.changes[0];
  const change = { version: null, changedAt: last?.at ?? 0, underWay: false };
  if (mark?.fingerprint === null) return { ...change, changedBy: 'crossfade', underWay: true };
  if (mark !== null && isIntact(mark, reading)) {
    return { ...change, changedBy: 'crossfade', version: mark.version };
  }
  if (mark !== null && history.overlapped(mark.version)) {
    return { ...change, changedBy: 'crossfade', underWay: true };
  }
  return { ...change, changedBy: `${last?.by ?? 'somebody'} (by Crossfade's own token)` };
}

/** Whether the flag is what it was when the version was written. */
export function isIntact(mark: VersionMark, reading: RouteReading): boolean {
  return reading.kind === 'route' && mark.fingerprint === fingerprintOf(reading.spec);
}
