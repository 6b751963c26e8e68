import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the server got it. */
export interface SeenRequest {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** An answer; a text is sent as it is. */
export interface Answer {
  readonly status?: number;
  /** Or what makes it, as it is sent. */
  readonly body: unknown;
}

/**
 * A real HTTP server whose answers a test writes: by `METHOD /path`, one after the other, the last
 * one again and again.
 */
export class ScriptedApi {
  readonly seen: SeenRequest[] = [];
  readonly #answers: Map<string, Answer[]>;
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status = 200, body: written }) => {
      const body: unknown = typeof written === 'function' ? written() : written;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });

  constructor(answers: Readonly<Record<string, readonly Answer[]>>) {
    this.#answers = new Map(Object.entries(answers).map(([line, list]) => [line, [...list]]));
  }

  /** Listens on a free port of this machine and answers its address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const line = `${request.method} ${request.url}`;
    const sent = await text(request);
    const body: unknown = sent === '' ? undefined : JSON.parse(sent);
    this.seen.push({ line, authorization: request.headers.authorization, body });
    const answers = this.#answers.get(line) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer ?? { status: 404, body: { code: 'notFound', detail: `nothing at ${line}` } };
  }
}
