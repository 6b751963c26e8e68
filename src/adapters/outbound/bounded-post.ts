import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { MetricFault } from '../../core/metrics/metric-answer.ts';
import { type Reach, refuseAddress } from './refuse-address.ts';

/** Bounds of an exchange. Milliseconds, bytes. */
export interface Bounds {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly reach: Reach;
}

/** Finds all addresses of a name. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  done: (error: Error | null, found: LookupAddress[]) => void,
) => void;

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** The header `Retry-After`; undefined where there is none. */
  readonly retryAfter?: string | undefined;
}

/** What is posted. */
export interface Posted {
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why an exchange came to nothing. */
export class ExchangeFault extends Error {
  readonly fault: MetricFault;

  constructor(fault: MetricFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ExchangeFault';
    this.fault = fault;
  }
}

/**
 * Posts to one server, within bounds: the address that was checked is the one connected to,
 * redirects are not followed, proxies of the environment not used, an answer is read up to its limit,
 * and the deadline holds from the name's resolution to the last byte. Node's `fetch` cannot pin an
 * address without a package, so this stands on `node:http`.
 */
export class BoundedPost {
  readonly #base: URL;
  readonly #bounds: Bounds;
  readonly #agent: HttpAgent;

  readonly #resolve: Resolve;

  /** `base`: http or https. Throws `TypeError` when it is no URL. */
  constructor(base: string, bounds: Bounds, resolve: Resolve = lookup) {
    this.#base = new URL(base);
    this.#bounds = bounds;
    this.#resolve = resolve;
    const secure = this.#base.protocol === 'https:';
    this.#agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 8 });
  }

  /** Throws `ExchangeFault`. `path` is put behind the path of the base; '' posts to the base itself. */
  async post(path: string, posted: Posted): Promise<RawAnswer> {
    const signal = AbortSignal.timeout(this.#bounds.timeoutMs);
    try {
      const response = await this.#send(path, posted, signal);
      return {
        status: response.statusCode ?? 0,
        text: await this.#read(response),
        retryAfter: response.headers['retry-after'],
      };
    } catch (cause) {
      if (cause instanceof ExchangeFault) throw cause;
      if (signal.aborted) {
        const words = `no answer within ${this.#bounds.timeoutMs} ms`;
        throw new ExchangeFault('timeout', words, cause);
      }
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new ExchangeFault('unreachable', words === '' ? 'the connection failed' : words, cause);
    }
  }

  #send(
    path: string,
    { body, type, headers }: Posted,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { protocol, hostname, port, pathname, search } = this.#base;
    const host = hostname.replace(/^\[|\]$/g, '');
    // Node resolves no name where an address stands, so that one is checked here.
    const refusal = isIP(host) === 0 ? null : refuseAddress(host, host, this.#bounds.reach);
    if (refusal !== null) throw new ExchangeFault('unreachable', refusal);
    const options: RequestOptions = {
      method: 'POST',
      host,
      port,
      path: `${path === '' ? pathname : pathname.replace(/\/+$/, '') + path}${search}`,
      agent: this.#agent,
      lookup: this.#pinned,
      signal,
      headers: {
        ...headers,
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
      },
    };
    return new Promise((answered, failed) => {
      const send = protocol === 'https:' ? httpsRequest : httpRequest;
      send(options, answered).on('error', failed).end(body);
    });
  }

  async #read(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      if (bytes > this.#bounds.maxBytes) {
        response.destroy();
        const words = `the answer is larger than ${this.#bounds.maxBytes} bytes; ask for fewer series`;
        throw new ExchangeFault('tooLarge', words);
      }
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Resolves a name and hands on only an address that may be connected to: no second look-up follows. */
  readonly #pinned: LookupFunction = (host, options, done) => {
    this.#resolve(host, { ...options, all: true }, (error, found) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined)
        return done(error ?? new Error(`${host} has no address`), '');
      for (const { address } of found) {
        const refusal = refuseAddress(host, address, this.#bounds.reach);
        if (refusal !== null) return done(new ExchangeFault('unreachable', refusal), '');
      }
      if (options.all === true) return done(null, found);
      done(null, first.address, first.family);
    });
  };
}
