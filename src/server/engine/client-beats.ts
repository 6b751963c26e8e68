import type { FollowerCollector } from '../../engine/follower-collector.ts';
import type { InstanceRegistry } from '../../engine/ports/instance-registry.ts';
import type { Heart } from './heart.ts';

const collectEveryMs = 5_000;
const forgetEveryMs = 600_000;

/** Plain clients that were silent for longer are gone, and their counts are old. Milliseconds. */
const keepMs = 86_400_000;

/** Keeps the list of plain flag clients complete, and free of those that are gone. */
export class ClientBeats {
  constructor(heart: Heart, followers: FollowerCollector, registry: InstanceRegistry) {
    heart.every('followers', collectEveryMs, () => followers.collect());
    heart.every('forget clients', forgetEveryMs, () => registry.forget(keepMs));
  }
}
