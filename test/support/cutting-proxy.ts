import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a client and a server until it cuts the line for good. */
export interface CuttingProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Lets `requests` requests through. The last one of them is carried out but its answer is lost;
 * after it nothing is carried out any more.
 */
export async function startCuttingProxy(target: string, requests: number): Promise<CuttingProxy> {
  let left = requests;
  const server = createServer((request, response) => {
    left -= 1;
    const turn = left;
    if (turn < 0) {
      request.socket.destroy();
      return;
    }
    void forward(target, request).then(({ status, text }) => {
      if (turn === 0) request.socket.destroy();
      else response.writeHead(status).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(
  target: string,
  request: IncomingMessage,
): Promise<{ status: number; text: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const answer = await fetch(`${target}${request.url ?? ''}`, {
    method: request.method ?? 'GET',
    headers: {
      authorization: request.headers.authorization ?? '',
      'content-type': 'application/json',
    },
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks).toString() }),
  });
  return { status: answer.status, text: await answer.text() };
}
