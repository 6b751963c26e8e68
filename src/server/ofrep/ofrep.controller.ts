import { createHash } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Param } from '@nestjs/common';
import { Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CrossfadeError } from '../../core/errors.ts';
import type { OfrepAnswer } from '../../core/flags/ofrep/ofrep-answer.ts';
import { isFailure } from '../../core/flags/ofrep/ofrep-answer.ts';
import { TokenStore } from '../../engine/ports/token-store.ts';
import { For } from '../auth/access.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { EventStream } from '../event-stream.ts';
import { audienceOf } from '../flags/audience-of.ts';
import { isKnown, revisionIn } from '../flags/entity-tag.ts';
import { OfrepService } from './ofrep.service.ts';
import { OfrepStream } from './ofrep-stream.ts';

/** How long a page may lie in the background before it closes its stream. Seconds. */
const INACTIVITY = 120;
const DAY_MS = 86_400_000;

/** OpenFeature's remote evaluation protocol, for any OFREP provider. */
@Controller('ofrep/v1')
@For('client', 'frontend', 'sdk')
export class OfrepController {
  private readonly ofrep: OfrepService;
  private readonly streams: OfrepStream;
  private readonly tokens: TokenStore;

  constructor(ofrep: OfrepService, streams: OfrepStream, tokens: TokenStore) {
    this.ofrep = ofrep;
    this.streams = streams;
    this.tokens = tokens;
  }

  @Post('evaluate/flags/:key')
  @HttpCode(200)
  async one(
    @Param('key') key: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OfrepAnswer> {
    const answer = await this.ofrep.one(key, audienceOf(request), body);
    if (isFailure(answer)) response.status(400);
    return answer;
  }

  @Post('evaluate/flags')
  async all(
    @Body() body: unknown,
    @Query('flagConfigEtag') heard: string | undefined,
    @Headers('if-none-match') known: string | undefined,
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
  ): Promise<void> {
    const audience = audienceOf(request);
    const { flags, revision } = await this.ofrep.all(audience, body, revisionIn(heard));
    const text = JSON.stringify({
      flags,
      metadata: { flagSetId: audience.environment, revision },
      eventStreams: [this.streamFor(request)],
    });
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', 'no-cache');
    if (isKnown(known, etag)) response.status(304).end();
    else response.status(200).type('json').end(text);
  }

  /** A browser's `EventSource` sends no headers: the address itself must open the door. */
  @Get('stream')
  @For('anybody')
  async stream(
    @Query('ticket') ticket: string | undefined,
    @Headers('last-event-id') known: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const bearer = await this.ofrep.redeem(ticket ?? '');
    if (bearer === null) {
      throw new CrossfadeError('unauthenticated', 'the ticket is unknown or over; ask for flags');
    }
    const client = new EventStream(response);
    client.onLeave(await this.streams.join(client, bearer.audience, revisionIn(known)));
  }

  /** The same address for a day: a provider that is given another one connects anew. */
  private streamFor({ bearer }: AuthenticatedRequest): object {
    const until = (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS;
    const ticket = bearer === undefined ? '' : this.tokens.ticket(bearer, until, 'stream');
    const requestUri = `/ofrep/v1/stream?ticket=${encodeURIComponent(ticket)}`;
    return { type: 'sse', endpoint: { requestUri }, inactivityDelaySec: INACTIVITY };
  }
}
