import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GuardedServer } from '../guarded-server.ts';

/** What an attack was answered. */
export interface Outcome {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** One row of the table in docs/security.md. */
export interface Attack {
  readonly attack: string;
  /** What refuses it, in words. */
  readonly refusedBy: string;
  /** The answers that count as refused. */
  readonly answers: readonly number[];
  readonly attempt: (server: GuardedServer) => Promise<Outcome>;
}

interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a path as it is written: `fetch` would tidy it up first. */
export async function send(
  server: GuardedServer,
  path: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<Outcome> {
  const { hostname, port } = new URL(server.url);
  const asked = request({ hostname, port, path, method, headers: { ...headers } });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    body: await text(response),
    headers: response.headers,
  };
}

/** The same with a token, and a body as JSON. */
export function sendAs(
  server: GuardedServer,
  who: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Outcome> {
  return send(server, path, {
    method,
    headers: { authorization: `Bearer ${server.secret(who)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** A browser's session of somebody, as `name=value`. */
export async function cookieOf(server: GuardedServer, who: string): Promise<string> {
  const { headers } = await send(server, '/ui/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: server.secret(who) }),
  });
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}
