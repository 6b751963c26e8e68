import { FlagProvider, type ObservedFlag } from './flag-provider.ts';

/** Crossfade's own flag service: a flag provider that people can switch by hand, too. */
export abstract class FlagSwitch extends FlagProvider {
  /** A person's hand on the switch. Returns the flag as it now is; throws `notFound`. */
  abstract toggle(name: string, enabled: boolean, by: string): Promise<ObservedFlag>;
}
