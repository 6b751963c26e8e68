import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { FeatureEvaluator } from '../../src/core/flags/evaluation/evaluate-features.ts';
import type { EvaluationContext } from '../../src/core/flags/evaluation/evaluation-context.ts';
import type { FeatureDefinition } from '../../src/core/flags/feature.ts';
import type { Peer } from './flag-server.ts';

/** So many connect at once, as after a restart of the server. */
const CONNECTING = 100;

/** What a read may bring at most; all clients read into the same memory, one after the other. */
const MOST_BYTES = 1 << 20;

const world = { now: 0, random: () => 0, hostname: 'bench', regex: () => null };

/** An event of the delta API, as far as the bench changes flags. */
interface Delta {
  readonly feature?: FeatureDefinition;
}

/**
 * Clients of `GET client/streaming`, each with a connection of its own. In life each is a process on a
 * machine of its own. Here they share one, so a client only notes when the change came in; what it costs
 * to take the event apart and to evaluate the flag, as an SDK would, is counted afterwards, for each
 * client by itself, and added.
 */
export class StreamingClients {
  readonly #clients: StreamingClient[] = [];

  static async connect(peer: Peer, count: number): Promise<StreamingClients> {
    const all = new StreamingClients();
    const buffer = Buffer.allocUnsafe(MOST_BYTES);
    while (all.#clients.length < count) {
      const some = Math.min(CONNECTING, count - all.#clients.length);
      const made = Array.from({ length: some }, (_, n) => {
        return new StreamingClient(peer, `user-${all.#clients.length + n}`, buffer);
      });
      await Promise.all(made.map((client) => client.connected()));
      all.#clients.push(...made);
    }
    return all;
  }

  /**
   * Makes a change and waits until it has come to every client. Answers for each the milliseconds from
   * when the change was asked for until it had evaluated the flag.
   */
  async push(flag: string, enabled: boolean, change: () => Promise<unknown>): Promise<number[]> {
    const began = performance.now();
    const received = this.#clients.map((client) => client.event());
    await change();
    await Promise.all(received);
    return this.#clients.map((client) => {
      const arrivedAt = client.arrivedAt;
      const start = performance.now();
      client.evaluate(flag, enabled);
      return arrivedAt - began + (performance.now() - start);
    });
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
  }
}

class StreamingClient {
  readonly #socket: Socket;
  readonly #context: EvaluationContext;
  #bytes: Buffer = Buffer.alloc(0);
  #done: () => void = () => undefined;
  arrivedAt = 0;

  constructor({ url, token }: Peer, userId: string, buffer: Buffer) {
    const { hostname, port } = new URL(url);
    this.#context = { userId };
    const callback = (length: number): boolean => this.#take(buffer.subarray(0, length));
    this.#socket = connect({ port: Number(port), host: hostname, onread: { buffer, callback } });
    this.#socket.write(
      `GET /api/client/streaming HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
        `Authorization: ${token}\r\nUnleash-Client-Spec: 5.2.0\r\n\r\n`,
    );
  }

  /** Resolves once it holds the flags. */
  async connected(): Promise<void> {
    const failed = once(this.#socket, 'close').then(() => {
      throw new Error(`a stream ended: ${this.#bytes.toString()}`);
    });
    await Promise.race([this.event(), failed]);
    failed.catch(() => undefined);
  }

  /** Resolves once the next event has come in whole. */
  event(): Promise<void> {
    this.#bytes = Buffer.alloc(0);
    return new Promise((done) => (this.#done = done));
  }

  /** Takes the event apart and evaluates the flag; throws when it is not as it should be. */
  evaluate(flag: string, enabled: boolean): void {
    const data = /^data: (.*)$/m.exec(this.#bytes.toString())?.[1] ?? '{}';
    const { events = [] } = JSON.parse(data) as { readonly events?: readonly Delta[] };
    const features = events.flatMap(({ feature }) => (feature === undefined ? [] : [feature]));
    const evaluator = new FeatureEvaluator({ features, segments: [] });
    if (evaluator.evaluate(flag, this.#context, world)?.enabled === enabled) return;
    throw new Error(`${flag} should be ${String(enabled)}, and came as ${data}`);
  }

  async end(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  }

  #take(read: Buffer): boolean {
    const now = performance.now();
    this.#bytes = Buffer.concat([this.#bytes, read]);
    if (this.#bytes.includes('\ndata: ') && this.#bytes.subarray(-2).toString() === '\n\n') {
      this.arrivedAt = now;
      this.#done();
    }
    return true;
  }
}
