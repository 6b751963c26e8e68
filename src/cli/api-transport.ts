import { CrossfadeError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import { problemOf } from './problem-of.ts';

export type Method = 'DELETE' | 'GET' | 'PATCH' | 'POST';

const requestTimeoutMs = 10_000;

/** One call of the HTTP API: JSON there, JSON back. */
export class ApiTransport {
  readonly #connection: Connection;
  readonly #timeoutMs: number;

  constructor(connection: Connection, timeoutMs = requestTimeoutMs) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Null where the answer has no body. Throws a `CrossfadeError`; `unavailable` when nobody answers.
   * @param timeoutMs for what takes longer than a look
   */
  async call<T>(
    method: Method,
    path: string,
    body?: unknown,
    timeoutMs = this.#timeoutMs,
  ): Promise<T> {
    const { url, token } = this.#connection;
    const init = {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await this.#fetch(url + path, init, timeoutMs);
    const text = await response.text();
    if (!response.ok) throw problemOf(response.status, text);
    return (response.status === 204 ? null : jsonOf(text, url)) as T;
  }

  async #fetch(address: string, init: RequestInit, timeoutMs: number): Promise<Response> {
    try {
      return await fetch(address, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      const message = `no answer from ${this.#connection.url} (${reasonOf(cause, timeoutMs)})`;
      throw new CrossfadeError('unavailable', message, { cause });
    }
  }
}

function jsonOf(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `${url} answers no JSON; is CROSSFADE_URL the address of a Crossfade server?`;
    throw new CrossfadeError('internal', message, { cause });
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const { cause, name, message } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return `nothing within ${timeoutMs / 1000} s`;
  if (cause?.code === 'ERR_INVALID_URL')
    return 'that is no address; one looks like http://127.0.0.1:4400';
  return cause?.code ?? message;
}
