import { Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CrossfadeError } from '../../core/errors.ts';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { For } from '../auth/access.ts';
import { EventStream } from '../event-stream.ts';
import { featureDocument, featureTag } from './feature-document.ts';
import type { FeatureQuery } from './feature-document.ts';
import { FeatureStream } from './feature-stream.ts';

/**
 * Unleash's client API, so that any Unleash SDK can be pointed here. A plain SDK stops for good
 * after one 400, 401 or 403, so whatever may pass is answered by 503.
 */
@Controller('api/client')
@For('sdk')
export class UnleashClientController {
  private readonly feed: RouteFeed;
  private readonly streams: FeatureStream;

  constructor(feed: RouteFeed, streams: FeatureStream) {
    this.feed = feed;
    this.streams = streams;
  }

  @Get('features')
  async features(
    @Query('project') project: string | readonly string[] | undefined,
    @Query('namePrefix') namePrefix: string | undefined,
    @Headers('if-none-match') known: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const query: FeatureQuery = {
      project: project === undefined ? [] : [project].flat(),
      namePrefix: namePrefix ?? '',
    };
    const routes = await passing(() => this.feed.routes());
    const tag = featureTag(routes, query);
    response.setHeader('ETag', tag);
    response.setHeader('Cache-Control', 'no-cache');
    if (known?.replace(/^W\//, '') === tag) response.status(304).end();
    else response.json(featureDocument(routes, query));
  }

  /** What plain SDKs say of themselves is accepted, or they would repeat it; nothing is kept. */
  @Post('register')
  @HttpCode(202)
  register(): void {}

  @Post('metrics')
  @HttpCode(202)
  metrics(): void {}

  @Get('streaming')
  async streaming(@Res() response: Response): Promise<void> {
    const client = new EventStream(response);
    client.onLeave(await passing(() => this.streams.join(client)));
  }
}

async function passing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new CrossfadeError('unavailable', 'the routes cannot be read just now; try again', {
      cause,
    });
  }
}
