import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { once } from 'node:events';
import { createServer, get, type ServerResponse, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventStream } from './event-stream.ts';

let server: Server;
let respond: (response: ServerResponse) => void;

beforeEach(async () => {
  server = createServer((_request, response) => respond(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** A client that has asked, with what the server holds of it. */
async function asked(): Promise<{ hangUp: () => void; response: ServerResponse }> {
  const arrived = new Promise<ServerResponse>((resolve) => {
    respond = resolve;
  });
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  request.on('error', () => undefined);
  const response = await arrived;
  return { hangUp: () => request.destroy(), response };
}

const streamOf = (response: ServerResponse): EventStream => new EventStream(response as Response);

describe('EventStream', () => {
  it('tells when the client hangs up', async () => {
    const { hangUp, response } = await asked();
    const stream = streamOf(response);
    stream.send(': connected\n\n');
    const left = new Promise<void>((resolve) => stream.onLeave(resolve));
    hangUp();
    await expect(left).resolves.toBeUndefined();
    stream.send('event: too late\n\n');
    expect(response.destroyed).toBe(true);
  });

  it('tells at once when the client had hung up before anybody listened for that', async () => {
    const { hangUp, response } = await asked();
    hangUp();
    await once(response, 'close');
    let left = false;
    streamOf(response).onLeave(() => {
      left = true;
    });
    expect(left).toBe(true);
  });

  it('survives being told something after its end', async () => {
    const { response } = await asked();
    const stream = streamOf(response);
    stream.end();
    stream.send(': ping\n\n');
    await once(response, 'close');
    expect(response.writableEnded).toBe(true);
  });

  it('cuts off a client that reads nothing, instead of keeping everything for it', async () => {
    const { response } = await asked();
    const stream = streamOf(response);
    for (let mebibyte = 0; mebibyte < 64 && !response.destroyed; mebibyte += 1) {
      stream.send('x'.repeat(1 << 20));
    }
    expect(response.destroyed).toBe(true);
  });
});
