import { CrossfadeError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { UnleashOptions } from './unleash-options.ts';

const TIMEOUT_MS = 10_000;

/** An answer that is no fault: 2xx with its JSON (null when empty), or 404. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Unleash's Admin API over HTTP. Faults become `CrossfadeError`s: `unavailable` for everything that
 * may pass (network, time limit, 429, 5xx), `forbidden` for 401 and 403, `conflict` for 409,
 * `refused` for what Unleash finds wrong with the request.
 */
export class UnleashAdminApi {
  readonly #options: UnleashOptions;
  readonly #base: string;

  constructor(options: UnleashOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
  }

  async get(path: string): Promise<AdminAnswer> {
    return this.#request('GET', path);
  }

  async send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#request(method, path, body);
    if (answer.status === 404) {
      throw new CrossfadeError('notFound', `${this.#where(method, path)} does not exist`);
    }
    return answer.body;
  }

  async #request(method: string, path: string, body?: unknown): Promise<AdminAnswer> {
    const { status, text } = await this.#exchange(method, path, body);
    if (status < 300) return { status, body: this.#json(text, method, path) };
    if (status === 404) return { status, body: null };
    const reason = `${this.#where(method, path)} answered ${status}: ${messageIn(text)}`;
    throw new CrossfadeError(codeOf(status), `${reason}${this.#advice(status, method)}`);
  }

  async #exchange(method: string, path: string, body: unknown): Promise<RawAnswer> {
    try {
      const response = await fetch(`${this.#base}/api/admin/${path}`, {
        method,
        // A redirect would carry the token to wherever it points.
        redirect: 'error',
        signal: AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS),
        headers: { authorization: this.#options.token, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      const reason = `${this.#where(method, path)} could not be reached: ${reasonOf(cause)}`;
      throw new CrossfadeError('unavailable', reason, { cause });
    }
  }

  #json(text: string, method: string, path: string): unknown {
    if (text === '') return null;
    try {
      return JSON.parse(text);
    } catch (cause) {
      const reason = `${this.#where(method, path)} answered what is no JSON; is it an Unleash server?`;
      throw new CrossfadeError('unavailable', reason, { cause });
    }
  }

  #where(method: string, path: string): string {
    return `Unleash at ${this.#base} (${method} ${path})`;
  }

  #advice(status: number, method: string): string {
    const { project, environment } = this.#options;
    if (status === 401) {
      return '. Give the provider a valid token: a personal access token of an identity of its own.';
    }
    if (status !== 403) return '';
    const place = `project "${project}", environment "${environment}"`;
    if (method === 'GET') return `. The token must belong to an identity that may read ${place}.`;
    return (
      `. The identity needs the right to create and update flags and strategies in ${place}, and, ` +
      'where change requests are on, SKIP_CHANGE_REQUEST.'
    );
  }
}

interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 409) return 'conflict';
  return status === 429 || status >= 500 ? 'unavailable' : 'refused';
}

/** Unleash says what is wrong in `details`; proxies in front of it say it in HTML. */
function messageIn(text: string): string {
  try {
    const body = JSON.parse(text) as { message?: unknown; details?: { message?: unknown }[] };
    const detail = body.details?.[0]?.message ?? body.message;
    return typeof detail === 'string' ? detail : text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
