import type { NextFunction, Request, Response } from 'express';
import type { Doorkeeper } from '../auth/doorkeeper.ts';
import type { ClientSightings } from './client-sightings.ts';
import { isKnown, revisionOfTag } from './entity-tag.ts';
import { featureQuery } from './feature-query.ts';
import type { ServedFlags } from './served-flags.ts';

/**
 * `GET client/features`, which every plain SDK calls every few seconds. It stands before Nest's
 * pipeline, that costs several times as much as the answer: this one comes from memory as it is.
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

  async answer(request: Request, response: Response, next: NextFunction): Promise<void> {
    if (request.method !== 'GET') {
      next();
      return;
    }
    const { headers } = request;
    const { audience } = await this.#doorkeeper.admit(headers, ['sdk', 'client']);
    const served = await this.#served.latest();
    const specification = headers['unleash-client-spec'];
    // Express would take the URL apart, also where there is nothing to find.
    const query = request.url.includes('?') ? request.query : {};
    const asked = featureQuery(query, specification?.toString());
    const { etag, body } = served.document(audience, asked);
    const known = headers['if-none-match'];
    const isCurrent = isKnown(known, etag);
    const held = isCurrent ? served.catalog.revision : revisionOfTag(known);
    this.#sightings.note(headers, audience.environment, held);
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
