import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  Server,
  ServerResponse,
} from 'node:http';
import { parse } from 'node:querystring';
import type { Doorkeeper } from '../auth/doorkeeper.ts';
import type { ClientSightings } from './client-sightings.ts';
import { isKnown, revisionOfTag } from './entity-tag.ts';
import { featureQuery } from './feature-query.ts';
import type { ServedFlags } from './served-flags.ts';

const path = '/api/client/features';

/**
 * `GET client/features`, which every plain SDK calls every few seconds. It stands before Express and
 * Nest, which cost several times as much as the answer: this one comes from memory as it is.
 */
export class FeaturePolling {
  readonly #doorkeeper: Doorkeeper;
  readonly #served: ServedFlags;
  readonly #sightings: ClientSightings;

  constructor(doorkeeper: Doorkeeper, served: ServedFlags, sightings: ClientSightings) {
    this.#doorkeeper = doorkeeper;
    this.#served = served;
    this.#sightings = sightings;
  }

  /** Answers these calls itself, and hands all others, and those that must be refused, on as before. */
  standBefore(server: Server): void {
    const listeners = server.listeners('request') as RequestListener[];
    const goOn = (request: IncomingMessage, response: ServerResponse): void => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      const { method, url = '', headers } = request;
      if (!isPoll(method, url)) goOn(request, response);
      else this.answer(url, headers, response).catch(() => goOn(request, response));
    });
  }

  /** Rejects before anything was sent when the caller may not, or the flags cannot be read. */
  async answer(url: string, headers: IncomingHttpHeaders, response: ServerResponse): Promise<void> {
    const { audience } = await this.#doorkeeper.admit(headers, ['sdk', 'client']);
    const served = await this.#served.latest();
    const specification = headers['unleash-client-spec'];
    const query = url.length > path.length ? parse(url.slice(path.length + 1)) : {};
    const asked = featureQuery(query, specification?.toString());
    const { etag, body } = served.document(audience, asked);
    const known = headers['if-none-match'];
    const isCurrent = isKnown(known, etag);
    const held = isCurrent ? served.catalog.revision : revisionOfTag(known);
    this.#sightings.note(headers, audience.environment, { held });
    if (isCurrent) {
      response.writeHead(304, { ETag: etag, 'Cache-Control': 'no-cache' }).end();
      return;
    }
    response
      .writeHead(200, {
        ETag: etag,
        'Cache-Control': 'no-cache',
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': body.length,
      })
      .end(body);
  }
}

/** Whether it is the call that polls, with or without a query. */
export function isPoll(method: string | undefined, url: string): boolean {
  if (method !== 'GET' || !url.startsWith(path)) return false;
  return url.length === path.length || url[path.length] === '?';
}
