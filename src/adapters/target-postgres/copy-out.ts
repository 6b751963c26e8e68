import type { Connection, Submittable } from 'pg';

/** Rows are gathered into blocks of this size; the server has to wait while so much is not read yet. */
const blockBytes = 64 * 1024;
const waitingBytes = 1024 * 1024;

/** What comes from `COPY … TO STDOUT`, for as long as somebody reads it. To be given to `client.query`. */
export class CopyOut implements Submittable, AsyncIterable<Uint8Array> {
  readonly #sql: string;
  readonly #blocks: Uint8Array[] = [];
  #block: Buffer[] = [];
  #blockLength = 0;
  #waiting = 0;
  #end: { readonly fault: Error | null } | null = null;
  #connection: Connection | null = null;
  #wake: () => void = () => undefined;

  constructor(sql: string) {
    this.#sql = sql;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#sql);
  }

  /** The message's bytes are the connection's, and will be written over. */
  handleCopyData({ chunk }: { readonly chunk: Uint8Array }): void {
    this.#block.push(Buffer.from(chunk));
    this.#blockLength += chunk.byteLength;
    if (this.#blockLength >= blockBytes) this.#flush();
    if (this.#waiting >= waitingBytes) this.#connection?.stream.pause();
  }

  handleCommandComplete(): void {
    this.#flush();
  }

  handleReadyForQuery(): void {
    this.#finish(null);
  }

  handleError(fault: Error): void {
    this.#finish(fault);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (;;) {
      const block = this.#blocks.shift();
      if (block !== undefined) {
        this.#waiting -= block.byteLength;
        if (this.#waiting < waitingBytes) this.#connection?.stream.resume();
        yield block;
      } else if (this.#end === null) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else if (this.#end.fault === null) {
        return;
      } else {
        throw this.#end.fault;
      }
    }
  }

  #flush(): void {
    if (this.#blockLength === 0) return;
    this.#blocks.push(Buffer.concat(this.#block));
    this.#waiting += this.#blockLength;
    this.#block = [];
    this.#blockLength = 0;
    this.#wake();
  }

  #finish(fault: Error | null): void {
    this.#end ??= { fault };
    this.#wake();
  }
}
