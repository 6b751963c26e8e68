import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Side } from '../users-service/service-record.ts';
import type { Operation } from './traffic.ts';

/** How a request ended: which side answered it, or why it failed. */
export type Answered = { readonly side: Side } | { readonly failure: string };

const timeoutMs = 5_000;

/** Sends operations to the instances of the users service in turn, as a load balancer would. */
export class UsersClient {
  readonly #ports: readonly number[];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 200 });
  #turn = 0;

  constructor(ports: readonly number[]) {
    this.#ports = ports;
  }

  /** Never rejects: an error, a time-out and every status but 200 are failures. */
  send(operation: Operation): Promise<Answered> {
    this.#turn = (this.#turn + 1) % this.#ports.length;
    const { method, path, body } = asRequest(operation);
    return new Promise((resolve) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.#ports[this.#turn],
          agent: this.#agent,
          method,
          path,
          timeout: timeoutMs,
          headers: body === null ? {} : { 'content-type': 'application/json' },
        },
        (response) => {
          response.resume();
          response.once('error', (error) => resolve({ failure: error.message }));
          response.once('end', () => resolve(answered(response)));
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer in ${timeoutMs} ms`)));
      outgoing.once('error', (error) => resolve({ failure: error.message }));
      outgoing.end(body ?? undefined);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function answered({ statusCode, headers }: IncomingMessage): Answered {
  const side = headers['x-side'];
  if (statusCode !== 200) return { failure: `status ${String(statusCode)}` };
  return isSide(side) ? { side } : { failure: 'the answer names no side' };
}

function isSide(text: unknown): text is Side {
  return text === 'old' || text === 'new';
}

function asRequest({ kind, tenantId, id, value }: Operation): {
  method: string;
  path: string;
  body: string | null;
} {
  const users = `/clinics/${tenantId}/users`;
  switch (kind) {
    case 'read':
      return { method: 'GET', path: `${users}/${id}`, body: null };
    case 'update':
      return { method: 'PUT', path: `${users}/${id}`, body: JSON.stringify({ dob: value }) };
    case 'insert':
      return {
        method: 'POST',
        path: users,
        body: JSON.stringify({ id, name: `user ${id}`, dob: value }),
      };
  }
}
