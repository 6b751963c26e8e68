import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InstanceReport } from '../../src/core/protocol/report.ts';
import type { Route } from '../../src/core/protocol/route.ts';

/** How a server treats the next reports. */
export type ReportBehaviour = 'ok' | 'loseAnswer' | 'hang' | number;

/**
 * A real HTTP server that speaks the SDK's protocol and nothing more, for what Crossfade itself would
 * not do on request: lose an answer, hang, refuse, vanish and come back on the same port.
 */
export class ProtocolServer {
  readonly reports: InstanceReport[] = [];
  /** Those that were answered as they should be. */
  readonly accepted: InstanceReport[] = [];
  readonly streamQueries: URLSearchParams[] = [];
  readonly tokens = new Set<string | undefined>();
  behaviour: ReportBehaviour = 'ok';
  port = 0;
  #routes: readonly Route[] = [];
  #server: http.Server | null = null;
  readonly #streams = new Set<http.ServerResponse>();
  readonly #waiting = new Set<() => void>();

  static async start(): Promise<ProtocolServer> {
    const server = new ProtocolServer();
    await server.comeBack();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  /** Routes as they stand from now on; pushed to every open stream. */
  set(...routes: readonly Route[]): void {
    this.#routes = routes;
    for (const stream of this.#streams) this.#push(stream);
  }

  /** Routes that only the next report's answer brings. */
  setWithoutPush(...routes: readonly Route[]): void {
    this.#routes = routes;
  }

  async comeBack(): Promise<void> {
    const server = http.createServer((request, response) => this.#answer(request, response));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Vanishes with all its connections. */
  async vanish(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    this.#streams.clear();
  }

  /** What a later Crossfade may say on its streams, and no client of today knows. */
  sayUnknown(): void {
    for (const stream of this.#streams) {
      stream.write('event: weather\ndata: {"sun":1}\n\ndata: no JSON\n\n');
      stream.write('event: routes\ndata: {"routes":[null,{"migration":7},{"rings":[1]}]}\n\n');
    }
  }

  breakStreams(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  /** Resolves as soon as something happened that makes `condition` true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
      this.#waiting.clear();
    }
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.tokens.add(request.headers.authorization);
    if (url.pathname === '/api/v1/sdk/stream') this.#openStream(url, response);
    else if (url.pathname === '/api/v1/sdk/report') void this.#takeReport(request, response);
    else response.writeHead(404).end();
    this.#happened();
  }

  #openStream(url: URL, response: http.ServerResponse): void {
    this.streamQueries.push(url.searchParams);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    this.#streams.add(response);
    response.on('close', () => {
      this.#streams.delete(response);
      this.#happened();
    });
    this.#push(response);
  }

  #push(stream: http.ServerResponse): void {
    stream.write(`event: routes\ndata: ${JSON.stringify({ routes: this.#routes })}\n\n`);
  }

  async #takeReport(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const report = JSON.parse(Buffer.concat(chunks).toString()) as InstanceReport;
    this.reports.push(report);
    if (this.behaviour === 'ok') {
      this.accepted.push(report);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ routes: this.#routes.filter(isNewsTo(report)) }));
    } else if (this.behaviour === 'loseAnswer') {
      response.destroy();
    } else if (typeof this.behaviour === 'number') {
      response.writeHead(this.behaviour).end();
    }
    this.#happened();
  }

  #happened(): void {
    for (const tell of this.#waiting) tell();
  }
}

function isNewsTo(report: InstanceReport): (route: Route) => boolean {
  return (route) =>
    report.implements.includes(route.migration) &&
    !report.acknowledged.some(
      ({ migration, revision }) => migration === route.migration && revision === route.revision,
    );
}
