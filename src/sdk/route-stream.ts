import type { Cancel, Timing } from './timing.ts';
import type { Transport } from './transport.ts';

/** The first pause before a broken stream is opened again, and the longest. */
const shortestPauseMs = 250;
const longestPauseMs = 10_000;

/** What the stream tells its owner. */
export interface RouteStreamListener {
  routes(data: string): void;
  /** Crossfade answered the attempt to open the stream with this status. */
  refused(status: number): void;
}

/** Keeps a stream of routes open, and opens it again after a jittered, growing pause. */
export class RouteStream {
  readonly #transport: Transport;
  readonly #timing: Timing;
  readonly #listener: RouteStreamListener;
  #close: Cancel = () => {};
  #failures = 0;

  constructor(transport: Transport, timing: Timing, listener: RouteStreamListener) {
    this.#transport = transport;
    this.#timing = timing;
    this.#listener = listener;
  }

  /** Opens the stream for these migrations, in place of the one that is open. */
  open(migrations: readonly string[]): void {
    this.#close();
    this.#close = this.#transport.stream(migrations, {
      opened: () => {
        this.#failures = 0;
      },
      routes: (data) => this.#listener.routes(data),
      ended: (status) => {
        if (status !== null) this.#listener.refused(status);
        this.#close = this.#timing.after(this.#pauseMs(), () => this.open(migrations));
      },
    });
  }

  close(): void {
    this.#close();
    this.#close = () => {};
  }

  /** Full jitter above a floor: many instances that lost the same server do not return as one. */
  #pauseMs(): number {
    const ceiling = Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    return shortestPauseMs / 2 + this.#timing.random() * ceiling;
  }
}
