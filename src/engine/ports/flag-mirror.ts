import type { ObservedFlag } from './flag-provider.ts';

/** Keeps a copy of flags that live elsewhere, so that ticks and instances read one place. */
export abstract class FlagMirror {
  abstract mirror(flag: ObservedFlag, provider: string): Promise<void>;
}
