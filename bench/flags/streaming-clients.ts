import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { FeatureEvaluator } from '../../src/core/flags/evaluation/evaluate-features.ts';
import type { EvaluationContext } from '../../src/core/flags/evaluation/evaluation-context.ts';
import type { FeatureDefinition, SegmentDefinition } from '../../src/core/flags/feature.ts';
import type { Peer } from './flag-server.ts';

/** So many connect at once, as after a restart of the server. */
const CONNECTING = 100;

const world = { now: 0, random: () => 0, hostname: 'bench', regex: () => null };

/** An event of the delta API, as far as the bench changes flags. */
interface Delta {
  readonly type: string;
  readonly features?: readonly FeatureDefinition[];
  readonly segments?: readonly SegmentDefinition[];
  readonly feature?: FeatureDefinition;
}

/**
 * Clients of `GET client/streaming`, each with a connection and a copy of the flags of its own: every
 * one takes each event apart and evaluates the flag that changed, as an SDK would.
 */
export class StreamingClients {
  readonly #clients: StreamingClient[] = [];

  static async connect(peer: Peer, count: number): Promise<StreamingClients> {
    const all = new StreamingClients();
    while (all.#clients.length < count) {
      const some = Math.min(CONNECTING, count - all.#clients.length);
      const made = Array.from({ length: some }, (_, n) => {
        return new StreamingClient(peer, `user-${all.#clients.length + n}`);
      });
      await Promise.all(made.map((client) => client.connected()));
      all.#clients.push(...made);
    }
    return all;
  }

  /**
   * Makes a change and waits until every client has evaluated it. Answers for each the milliseconds
   * since the change was asked for.
   */
  async push(flag: string, enabled: boolean, change: () => Promise<unknown>): Promise<number[]> {
    const began = performance.now();
    const evaluated = this.#clients.map(async (client) => {
      await client.evaluation(flag, enabled);
      return performance.now() - began;
    });
    await change();
    return Promise.all(evaluated);
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
  }
}

class StreamingClient {
  readonly #socket: Socket;
  readonly #context: EvaluationContext;
  readonly #flags = new Map<string, FeatureDefinition>();
  #text = '';
  #waiting: { flag: string; enabled: boolean; done: () => void } | null = null;
  #hydrated: () => void = () => undefined;

  constructor({ url, token }: Peer, userId: string) {
    const { hostname, port } = new URL(url);
    this.#context = { userId };
    this.#socket = connect(Number(port), hostname);
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (text: string) => this.#take(text));
    this.#socket.write(
      `GET /api/client/streaming HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
        `Authorization: ${token}\r\nUnleash-Client-Spec: 5.2.0\r\n\r\n`,
    );
  }

  /** Resolves once it holds the flags. */
  async connected(): Promise<void> {
    const failed = once(this.#socket, 'close').then(() => {
      throw new Error(`a stream ended: ${this.#text}`);
    });
    await Promise.race([new Promise<void>((resolve) => (this.#hydrated = resolve)), failed]);
    failed.catch(() => undefined);
  }

  evaluation(flag: string, enabled: boolean): Promise<void> {
    return new Promise((done) => (this.#waiting = { flag, enabled, done }));
  }

  async end(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const event = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined)
        this.#apply((JSON.parse(data) as { events: readonly Delta[] }).events);
    }
  }

  #apply(events: readonly Delta[]): void {
    for (const { type, feature, features = [] } of events) {
      for (const one of features) this.#flags.set(one.name, one);
      if (type === 'hydration') this.#hydrated();
      if (feature === undefined) continue;
      this.#flags.set(feature.name, feature);
      this.#look(feature);
    }
  }

  #look(feature: FeatureDefinition): void {
    const evaluator = new FeatureEvaluator({ features: [feature], segments: [] });
    const seen = evaluator.evaluate(feature.name, this.#context, world);
    const { flag, enabled, done } = this.#waiting ?? {};
    if (flag === feature.name && seen?.enabled === enabled) done?.();
  }
}
