import type { Route } from '../../core/protocol/route.ts';
import type { ObservedFlag } from './flag-provider.ts';

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
}
