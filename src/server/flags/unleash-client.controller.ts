import { Body, Controller, Get, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { deltaSince } from '../../core/flags/catalog/delta-since.ts';
import { For } from '../auth/access.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { InstanceRegistry } from '../../engine/ports/instance-registry.ts';
import { readClientMetrics } from '../../language/client-metrics.ts';
import { EventStream } from '../event-stream.ts';
import { audienceOf } from './audience-of.ts';
import { ClientSightings } from './client-sightings.ts';
import { UnleashStream } from './unleash-stream.ts';
import { revisionIn } from './entity-tag.ts';
import { ServedFlags } from './served-flags.ts';

/**
 * Unleash's client API, so that any Unleash SDK can be pointed here. A plain SDK stops for good
 * after one 400, 401 or 403, so whatever may pass is answered by 503. The call that polls is
 * `FeaturePolling`'s.
 */
@Controller('api/client')
@For('sdk', 'client')
export class UnleashClientController {
  private readonly served: ServedFlags;
  private readonly streams: UnleashStream;
  private readonly sightings: ClientSightings;
  private readonly registry: InstanceRegistry;

  constructor(
    served: ServedFlags,
    streams: UnleashStream,
    sightings: ClientSightings,
    registry: InstanceRegistry,
  ) {
    this.served = served;
    this.streams = streams;
    this.sightings = sightings;
    this.registry = registry;
  }

  @Get('delta')
  async delta(
    @Headers('if-none-match') known: string | undefined,
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
  ): Promise<void> {
    const audience = audienceOf(request);
    const served = await this.served.latest();
    const { catalog } = served;
    const held = revisionIn(known);
    this.sightings.note(request.headers, audience.environment, { held });
    const events = deltaSince(catalog, audience, served.state(audience), held);
    response.setHeader('ETag', `"${catalog.revision}"`);
    response.setHeader('Cache-Control', 'no-cache');
    if (events.length === 0) response.status(304).end();
    else response.json({ events });
  }

  @Get('streaming')
  async streaming(
    @Headers('last-event-id') known: string | undefined,
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
  ): Promise<void> {
    const client = new EventStream(response);
    const audience = audienceOf(request);
    this.sightings.note(request.headers, audience.environment);
    client.onLeave(await this.streams.join(client, audience, revisionIn(known)));
  }

  @Post('register')
  @HttpCode(202)
  register(@Req() request: AuthenticatedRequest): void {
    this.sightings.note(request.headers, audienceOf(request).environment);
  }

  /** What cannot be read or kept is accepted all the same: a plain SDK would stop for good. */
  @Post('metrics')
  @HttpCode(202)
  async metrics(@Body() body: unknown, @Req() request: AuthenticatedRequest): Promise<void> {
    const { environment } = audienceOf(request);
    const metrics = readClientMetrics(body);
    const asked = new Set(metrics?.counts.map(({ flag }) => flag));
    this.sightings.note(request.headers, environment, { asked: [...asked] });
    if (metrics === null || metrics.counts.length === 0) return;
    await this.registry.used({ ...metrics, environment });
  }
}
