import { once } from 'node:events';
import type { Connection, Submittable } from 'pg';

/** What pg's connection can do and its types do not say. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** Sends chunks to `COPY … FROM STDIN`, no faster than the server takes them. To be given to `client.query`. */
export class CopyIn implements Submittable {
  /** Settles when the server has taken all of it, or refused. */
  readonly done: Promise<void>;
  readonly #sql: string;
  readonly #chunks: AsyncIterable<Uint8Array>;
  #resolve: () => void = () => undefined;
  #reject: (fault: unknown) => void = () => undefined;
  #fault: unknown = null;

  constructor(sql: string, chunks: AsyncIterable<Uint8Array>) {
    this.#sql = sql;
    this.#chunks = chunks;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    connection.query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#send(connection).catch((fault: unknown) => {
      // The server answers with an error of its own; ours is the cause.
      this.#fault = fault;
      connection.sendCopyFail('the chunks could not be read');
    });
  }

  handleCommandComplete(): void {
    // What counts is that the server is ready again.
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleError(fault: Error): void {
    this.#fault ??= fault;
    this.#reject(this.#fault);
  }

  async #send(connection: CopyConnection): Promise<void> {
    const { stream } = connection;
    for await (const chunk of this.#chunks) {
      if (this.#fault !== null) return;
      connection.sendCopyFromChunk(chunk);
      if (stream.writableNeedDrain)
        await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
    }
    connection.endCopyFrom();
  }
}
