import type { Unleash } from 'unleash-client';
import type { UnleashFlagProvider } from '../../src/adapters/unleash/unleash-flag-provider.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import type { ObservedFlag } from '../../src/core/rollout/observations.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import {
  FlagProvider,
  type ObservedFlag as ReadFlag,
  type WantedFlag,
} from '../../src/engine/ports/flag-provider.ts';
import type { ForeignFlag } from './faulty-world.ts';
import { untilServed, variantOf } from './unleash-sdk.ts';

/** Writes to Unleash and remembers that there is something new to be read. */
class NoticedWrites extends FlagProvider {
  isWritten = false;
  readonly #provider: FlagProvider;

  constructor(provider: FlagProvider) {
    super();
    this.#provider = provider;
  }

  override async set(wanted: WantedFlag): Promise<void> {
    await this.#provider.set(wanted);
    this.isWritten = true;
  }

  override read(name: string): Promise<ReadFlag | null> {
    return this.#provider.read(name);
  }
}

/**
 * A flag in a real Unleash, which the application asks through the real unleash-client: who is
 * served by which side is what that client says. It must agree with `core/stage` for every unit.
 */
export function flagInUnleash(
  provider: UnleashFlagProvider,
  client: Unleash,
  name: string,
): ForeignFlag {
  const writes = new NoticedWrites(provider);
  let known: ObservedFlag | null = null;
  return {
    provider: writes,
    async observe() {
      if (!writes.isWritten) return known;
      writes.isWritten = false;
      known = await provider.read(name);
      const version = String(known?.version);
      await untilServed(client, name, (feature) =>
        (feature?.strategies ?? []).some(
          ({ parameters }) =>
            parameters['crossfade.version'] === version &&
            parameters['crossfade.fingerprint'] !== 'under way',
        ),
      );
      return known;
    },
    decide(route: Route, unit: string) {
      const decided = stageOfUnit(route, unit);
      const served = variantOf(client, name, unit, route.unitKey);
      if (served === decided.stage) return decided;
      throw new Error(`Unleash serves ${unit} at ${served}; the route says ${decided.stage}`);
    },
  };
}
