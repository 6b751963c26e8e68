import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request and its answer, as they went over the wire. The answer of a stream grows. */
export interface Exchange {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  request: string;
  status: number;
  contentType: string;
  answer: string;
}

/** Stands between a client and a server and writes down what they say. */
export class RecordingProxy {
  readonly exchanges: Exchange[] = [];
  readonly #server: http.Server;

  private constructor(target: string) {
    this.#server = http.createServer((request, response) => {
      const [path = ''] = (request.url ?? '').split('?');
      const method = request.method ?? '';
      const exchange = { method, path, request: '', status: 0, contentType: '', answer: '' };
      this.exchanges.push(exchange);
      const { headers } = request;
      const onward = http.request(`${target}${request.url}`, { method, headers }, (answer) => {
        exchange.status = answer.statusCode ?? 0;
        exchange.contentType = answer.headers['content-type'] ?? '';
        answer.on('data', (chunk) => (exchange.answer += String(chunk)));
        response.writeHead(exchange.status, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.on('data', (chunk) => (exchange.request += String(chunk)));
      request.pipe(onward);
    });
  }

  static async start(target: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
