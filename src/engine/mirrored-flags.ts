import { isKill } from '../core/rollout/wanted-route.ts';
import type { FlagMirror } from './ports/flag-mirror.ts';
import {
  type FlagFollower,
  FlagProvider,
  type FlagStanding,
  type ObservedFlag,
  type WantedFlag,
} from './ports/flag-provider.ts';

/**
 * A foreign flag system together with the mirror that instances follow. A rollback lowers the mirror
 * before the system is asked, so it reaches our instances also while the system is away. Whether it
 * has arrived is still read from the system: its own clients follow nothing else.
 */
export class MirroredFlags extends FlagProvider {
  readonly #name: string;
  readonly #system: FlagProvider;
  readonly #mirror: FlagMirror;

  constructor(name: string, system: FlagProvider, mirror: FlagMirror) {
    super();
    this.#name = name;
    this.#system = system;
    this.#mirror = mirror;
  }

  async set(wanted: WantedFlag): Promise<void> {
    if (isKill(wanted.spec)) await this.#mirror.lower(wanted, this.#name);
    // The mirror counts its own revisions; the system knows only those that it gave.
    const seen = await this.#mirror.providerRevision(wanted.name, this.#name, wanted.seen ?? 0);
    await this.#system.set({ ...wanted, seen });
  }

  async read(name: string): Promise<ObservedFlag | null> {
    return this.#system.read(name);
  }

  override async followers(name: string): Promise<readonly FlagFollower[]> {
    return this.#system.followers(name);
  }

  override async standing(): Promise<FlagStanding> {
    return this.#system.standing();
  }
}
