import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands before a TCP server; from `silence` on it accepts everything and answers nothing. */
export interface SilentProxy {
  readonly port: number;
  silence(): void;
  /** Resolves when somebody has said something that gets no answer. */
  unanswered(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSilentProxy(port: number): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  let silent = false;
  let told = (): void => undefined;
  const unanswered = new Promise<void>((resolve) => {
    told = resolve;
  });
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    client.on('close', () => upstream.destroy());
    client.on('data', (data) => (silent ? told() : upstream.write(data)));
    upstream.on('data', (data) => silent || client.write(data));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      silent = true;
    },
    unanswered: () => unanswered,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
