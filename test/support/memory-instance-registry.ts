import {
  type FlagClient,
  type FlagUsage,
  InstanceRegistry,
} from '../../src/engine/ports/instance-registry.ts';

/** Keeps what it is told for a test to look at. */
export class MemoryInstanceRegistry extends InstanceRegistry {
  readonly sightings: FlagClient[] = [];
  readonly usages: FlagUsage[] = [];

  override async instances(): Promise<readonly never[]> {
    return [];
  }

  override async clients(): Promise<readonly never[]> {
    return [];
  }

  override async seen(clients: readonly FlagClient[]): Promise<void> {
    this.sightings.push(...clients);
  }

  override async used(usage: FlagUsage): Promise<void> {
    this.usages.push(usage);
  }

  override async usage(): Promise<readonly never[]> {
    return [];
  }

  override async forget(): Promise<void> {}
}
