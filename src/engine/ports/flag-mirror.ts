import type { Route } from '../../core/protocol/route.ts';
import type { ObservedFlag, WantedFlag } from './flag-provider.ts';

/** Who changed a flag, when (epoch milliseconds), and whether anybody still gets it. */
export type FlagEdit = Pick<ObservedFlag, 'changedBy' | 'changedAt'> &
  Pick<Route, 'revision' | 'enabled'>;

/** Keeps a copy of flags that live elsewhere, so that ticks and instances read one place. */
export abstract class FlagMirror {
  abstract mirror(flag: ObservedFlag, provider: string): Promise<void>;

  /**
   * Notes that a person changed the flag into something that is no route: its last route stands,
   * edited; switched off when nobody gets the flag any more.
   */
  abstract markEdited(name: string, edit: FlagEdit): Promise<void>;

  /**
   * Serves a route that sends everybody back instead of the one that was read, until the flag system
   * shows that version or a later one: whatever is read there meanwhile, exposure only falls.
   */
  abstract lower(wanted: WantedFlag, provider: string): Promise<void>;

  /** The flag system's own revision at a revision of the mirror; 0 when it is not known. */
  abstract providerRevision(name: string, provider: string, revision: number): Promise<number>;
}
