import type { FlagSummary } from '../../core/protocol/flag-view.ts';
import type { RouteEdit } from '../../core/flags/edit-route.ts';
import { FlagProvider, type ObservedFlag } from './flag-provider.ts';

/** Crossfade's own flag service: a flag provider that people can change by hand, too. */
export abstract class FlagSwitch extends FlagProvider {
  /** The flags of all rollouts, mirrored ones of other systems as well, by name; at most 5,000. */
  abstract all(): Promise<readonly FlagSummary[]>;

  /** A person's hand on the flag. Returns it as it now is; throws `notFound`, `refused`. */
  abstract edit(name: string, edit: RouteEdit, by: string): Promise<ObservedFlag>;
}
