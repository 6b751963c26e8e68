import http from 'node:http';
import https from 'node:https';
import type { InstanceReport } from '../core/protocol/report.ts';
import { SseParser } from './sse-parser.ts';
import type { Cancel } from './timing.ts';
import type { Reply, StreamListener, Transport } from './transport.ts';

/** Who speaks to whom. */
export interface Address {
  readonly url: URL;
  readonly token: string;
  readonly service: string;
  readonly instance: string;
}

/** A stream that is silent for longer has broken without a word; the server sends comments. */
const streamTimeoutMs = 30_000;

/** An answer is a handful of routes. */
const longestAnswer = 16 * 1024 * 1024;

/**
 * HTTP by Node's own client rather than `fetch`, because only its sockets can be told not to keep
 * the process alive: a script that forgets `close()` must still end.
 */
export class HttpTransport implements Transport {
  readonly #address: Address;
  readonly #client: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor(address: Address) {
    this.#address = address;
    this.#client = address.url.protocol === 'https:' ? https : http;
    this.#agent = new this.#client.Agent({ keepAlive: true, maxSockets: 2 });
  }

  report(report: InstanceReport, signal: AbortSignal): Promise<Reply> {
    const body = Buffer.from(JSON.stringify(report));
    return new Promise((resolve, reject) => {
      const request = this.#request('sdk/report', {
        method: 'POST',
        agent: this.#agent,
        signal,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      });
      request.on('error', reject);
      request.on('response', (response) => readReply(response, resolve, reject));
      request.end(body);
    });
  }

  stream(migrations: readonly string[], listener: StreamListener): Cancel {
    const { service, instance } = this.#address;
    const query = new URLSearchParams({ service, instance, implements: migrations.join(',') });
    const request = this.#request(`sdk/stream?${query.toString()}`, {
      agent: false,
    });
    request.setHeader('accept', 'text/event-stream');
    let over = false;
    const end = (status: number | null): void => {
      if (over) return;
      over = true;
      request.destroy();
      listener.ended(status);
    };
    request.setTimeout(streamTimeoutMs, () => end(null));
    request.on('error', () => end(null));
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        end(response.statusCode ?? null);
        return;
      }
      if (!over) readStream(response, listener, () => end(null));
    });
    request.end();
    return () => {
      over = true;
      request.destroy();
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  #request(path: string, options: http.RequestOptions): http.ClientRequest {
    const { url, token } = this.#address;
    const base = url.href.endsWith('/') ? url.href : `${url.href}/`;
    const request = this.#client.request(new URL(`api/v1/${path}`, base), options);
    request.setHeader('authorization', `Bearer ${token}`);
    request.on('socket', (socket) => socket.unref());
    return request;
  }
}

function readReply(
  response: http.IncomingMessage,
  resolve: (reply: Reply) => void,
  reject: (error: Error) => void,
): void {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    if (body.length > longestAnswer) response.destroy(new Error('the answer is too long'));
  });
  response.on('error', reject);
  response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
}

function readStream(
  response: http.IncomingMessage,
  listener: StreamListener,
  end: () => void,
): void {
  const parser = new SseParser((event, data) => {
    if (event === 'routes') listener.routes(data);
  });
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    if (!parser.push(text)) end();
  });
  response.on('error', end);
  response.on('close', end);
  listener.opened();
}
