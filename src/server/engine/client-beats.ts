import type { InstanceRegistry } from '../../engine/ports/instance-registry.ts';
import type { Heart } from './heart.ts';

const forgetEveryMs = 600_000;

/** Plain clients that were silent for longer are gone, and their counts are old. Milliseconds. */
const keepMs = 86_400_000;

/** Keeps the list of plain flag clients free of those that are gone. */
export class ClientBeats {
  constructor(heart: Heart, registry: InstanceRegistry) {
    heart.every('forget clients', forgetEveryMs, () => registry.forget(keepMs));
  }
}
