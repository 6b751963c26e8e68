import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request that is sent over and over again. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** The status that every answer must have. */
  readonly status: number;
}

/** What a load came to. */
export interface LoadFigures {
  readonly perSecond: number;
  /** From a request's last byte to the last one of its answer, of 99 % of them. */
  readonly p99Ms: number;
}

/**
 * Sends it for its time. Each connection sends its next request when the last one is answered, over one
 * socket without a library in between, so that the server is what is measured.
 */
export async function sendLoad(load: Load): Promise<LoadFigures> {
  const { hostname, port, pathname, search } = new URL(load.url);
  const headers = { host: `${hostname}:${port}`, ...load.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const loops = Array.from({ length: load.connections }, () => {
    return new Loop(connect(Number(port), hostname), request, load.status);
  });
  const answered = (): number => loops.reduce((sum, loop) => sum + loop.answered, 0);
  await sleep(300);
  const [began, before] = [performance.now(), answered()];
  for (const loop of loops) loop.waits.length = 0;
  await sleep(load.seconds * 1000);
  const perSecond = ((answered() - before) * 1000) / (performance.now() - began);
  const waits = loops.flatMap((loop) => loop.waits).toSorted((a, b) => a - b);
  for (const loop of loops) await loop.end();
  return { perSecond, p99Ms: waits[Math.floor(waits.length * 0.99)] ?? Number.NaN };
}

class Loop {
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #status: string;
  /** Bytes of the present answer that are still to come; null before its headers have. */
  #missing: number | null = null;
  #headers = '';
  #fault: Error | null = null;
  answered = 0;
  /** Milliseconds that each answer took. */
  readonly waits: number[] = [];
  #sentAt = 0;

  constructor(socket: Socket, request: Buffer, status: number) {
    this.#socket = socket;
    this.#request = request;
    this.#status = ` ${status} `;
    socket.setNoDelay(true);
    socket.on('connect', () => this.#send());
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => (this.#fault = error));
  }

  async end(): Promise<void> {
    if (!this.#socket.destroyed) {
      const closed = once(this.#socket, 'close');
      this.#socket.destroy();
      await closed;
    }
    if (this.#fault !== null) throw this.#fault;
  }

  #take(chunk: Buffer): void {
    if (this.#missing === null) {
      this.#headers += chunk.toString('latin1');
      const end = this.#headers.indexOf('\r\n\r\n');
      if (end < 0) return;
      const body = this.#headers.length - end - 4;
      this.#missing = this.#lengthOf(this.#headers.slice(0, end)) - body;
    } else {
      this.#missing -= chunk.length;
    }
    if (this.#missing > 0) return;
    this.#missing = null;
    this.#headers = '';
    this.answered += 1;
    this.waits.push(performance.now() - this.#sentAt);
    this.#send();
  }

  #send(): void {
    this.#sentAt = performance.now();
    this.#socket.write(this.#request);
  }

  #lengthOf(headers: string): number {
    const first = headers.slice(0, headers.indexOf('\r\n'));
    if (!first.includes(this.#status)) this.#fault = new Error(`answered ${first}`);
    if (this.#status === ' 304 ') return 0;
    const length = /content-length: (\d+)/i.exec(headers)?.[1];
    if (length === undefined) this.#fault = new Error(`an answer without its length: ${headers}`);
    return Number(length ?? 0);
  }
}
