import type { OnApplicationShutdown } from '@nestjs/common';
import type { Crossfade } from '../crossfade.ts';

/** Closes the client when the application ends: after the last request, before the process. */
export class ClientLife implements OnApplicationShutdown {
  readonly #crossfade: Crossfade;

  constructor(crossfade: Crossfade) {
    this.#crossfade = crossfade;
  }

  onApplicationShutdown(): Promise<void> {
    return this.#crossfade.close();
  }
}
