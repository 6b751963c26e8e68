import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a client and a server and holds up one of the client's writes. */
export interface HoldingProxy {
  readonly url: string;
  /** Resolves when the write is held; never where there are fewer. */
  readonly held: Promise<void>;
  /** Lets it go on, and all after it. */
  release(): void;
  stop(): Promise<void>;
}

/** @param nth which of the requests that change something is held, from 1 on */
export async function startHoldingProxy(target: string, nth: number): Promise<HoldingProxy> {
  let writes = 0;
  const [arrival, gate] = [new EventEmitter(), new EventEmitter()];
  const held = once(arrival, 'held').then(() => undefined);
  const released = once(gate, 'released');
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const method = request.method ?? 'GET';
      if (method !== 'GET') writes += 1;
      if (method !== 'GET' && writes === nth) {
        arrival.emit('held');
        await released;
      }
      const { authorization = '' } = request.headers;
      const answer = await fetch(`${target}${request.url ?? ''}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      response.writeHead(answer.status).end(await answer.text());
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    held,
    release: () => void gate.emit('released'),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
