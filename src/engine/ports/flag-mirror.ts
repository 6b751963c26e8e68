import type { ObservedFlag } from './flag-provider.ts';

/** Keeps a copy of flags that live elsewhere, so that ticks and instances read one place. */
export abstract class FlagMirror {
  abstract mirror(flag: ObservedFlag, provider: string): Promise<void>;

  /** Notes that a person changed the flag into something that is no route: its last route stands, edited. */
  abstract markEdited(name: string, changedBy: string, changedAt: number): Promise<void>;
}
