import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A system of a spec's own that is told things over HTTP, and answers as the spec wants. */
export interface HttpReceiver {
  readonly url: string;
  readonly received: Received[];
  /** The status of the next answers; null answers nothing at all. */
  answer: number | null;
  /** What it answers besides. */
  answerHeaders: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<HttpReceiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      if (receiver.answer !== null)
        response.writeHead(receiver.answer, receiver.answerHeaders).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: HttpReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: 200,
    answerHeaders: {},
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
