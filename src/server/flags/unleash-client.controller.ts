import { Body, Controller, Get, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { deltaSince } from '../../core/flags/catalog/delta-since.ts';
import { For } from '../auth/access.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { EventStream } from '../event-stream.ts';
import { audienceOf } from './audience-of.ts';
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

  constructor(served: ServedFlags, streams: UnleashStream) {
    this.served = served;
    this.streams = streams;
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
    const events = deltaSince(catalog, audience, served.state(audience), revisionIn(known));
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
    client.onLeave(await this.streams.join(client, audience, revisionIn(known)));
  }

  /** What plain SDKs say of themselves is accepted, or they would repeat it; nothing is kept. */
  @Post('register')
  @HttpCode(202)
  register(@Body() _body: unknown): void {}

  @Post('metrics')
  @HttpCode(202)
  metrics(@Body() _body: unknown): void {}
}
