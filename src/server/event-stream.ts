import type { Response } from 'express';

/** A client that reads slower than this many bytes behind is cut off; it comes back for all of it. */
const maxBacklog = 1 << 20;

/** The same events go to thousands of clients one after the other: they are encoded once. */
let encoded = { events: '', bytes: Buffer.alloc(0) };

function bytesOf(events: string): Buffer {
  if (encoded.events !== events) encoded = { events, bytes: Buffer.from(events) };
  return encoded.bytes;
}

/** Server-sent events over one response. The headers go with the first of them. */
export class EventStream {
  readonly #response: Response;

  constructor(response: Response) {
    this.#response = response;
  }

  /** Sends finished events. To a client that is gone, or too far behind, nothing is sent. */
  send(events: string): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (!response.headersSent) {
      // It ends with its connection: without chunks an event goes to the socket as it is.
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
    }
    if (response.writableLength > maxBacklog) response.destroy();
    else response.write(bytesOf(events));
  }

  end(): void {
    this.#response.end();
  }

  /** Calls `left` once nobody listens any more; at once when that is so already. */
  onLeave(left: () => void): void {
    if (this.#response.closed || this.#response.destroyed) left();
    else this.#response.once('close', left);
  }
}
