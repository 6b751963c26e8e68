import type { FlagView } from '../../core/protocol/flag-view.ts';
import type { RouteSpec } from '../../core/protocol/route.ts';

/** What the controller wants to stand in the flag store. */
export interface WantedFlag {
  readonly name: string;
  readonly spec: RouteSpec;
  /** Grows with every change the controller wants; an older version never replaces a newer one. */
  readonly version: number;
  /** True only right after a person asked to go on: a flag that a person switched off stays off. */
  readonly enable: boolean;
  /** The flag's revision when this was decided: what a person did after it is not overwritten. */
  readonly seen?: number;
}

/** The flag as it really is. */
export type ObservedFlag = FlagView;

/** A process that follows a flag by a plain client, as the flag system knows of it. Epoch milliseconds of its clock. */
export interface FlagFollower {
  readonly app: string;
  readonly instance: string;
  readonly environment: string;
  /** Name and version of its client; null where that is not known. */
  readonly sdk: string | null;
  readonly seenAt: number;
  /** It asked for the flag then, or later. */
  readonly askedAt: number;
  /** So often at the least the system hears of it. */
  readonly heardMs: number;
}

/** What a flag system says of itself, and of whoever Crossfade is there. */
export interface FlagStanding {
  /** Which system and which place in it, such as `Unleash 8.2.0, project default, environment production`. */
  readonly words: string;
  /** Rights that Crossfade needs there and does not have, and places that are not there. */
  readonly lacks: readonly string[];
}

/** A flag system that routes can be written to and read back from. */
export abstract class FlagProvider {
  /** Makes the flag show `wanted`; doing it twice is doing it once. Throws `unavailable` when out of reach. */
  abstract set(wanted: WantedFlag): Promise<void>;

  /** Reads it back; null when there is no such flag. Throws `unavailable` when out of reach. */
  abstract read(name: string): Promise<ObservedFlag | null>;

  /** Who asks for the flag without our SDK; nobody where a system hears of nobody. Throws `unavailable`. */
  async followers(_name: string): Promise<readonly FlagFollower[]> {
    return [];
  }

  /** What it is and what Crossfade lacks there. Throws `unavailable`, and `unauthenticated` or `forbidden`. */
  async standing(): Promise<FlagStanding> {
    return { words: 'flags', lacks: [] };
  }
}
