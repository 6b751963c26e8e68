import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { TokenStore } from '../../engine/ports/token-store.ts';
import { For, viewer } from '../auth/access.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { EventStream } from '../event-stream.ts';
import { ChangeStreams } from './change-streams.ts';

/** What changes, as it changes: for those who look. */
@Controller('api/v1/changes')
export class ChangesController {
  private readonly streams: ChangeStreams;
  private readonly doorkeeper: Doorkeeper;

  constructor(streams: ChangeStreams, tokens: TokenStore) {
    this.streams = streams;
    this.doorkeeper = new Doorkeeper(tokens);
  }

  /** A browser that opens the stream anew cannot send the header: `after` says the same. */
  @Get()
  @For(viewer('somewhere'))
  stream(
    @Headers('last-event-id') last: string | undefined,
    @Query('after') after: unknown,
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
  ): void {
    const watcher = {
      id: request.bearer?.id ?? '',
      roles: rolesOf(request),
      recheck: async () => (await this.doorkeeper.identifyRequest(request)).roles,
    };
    const known = last ?? (typeof after === 'string' ? after : '');
    const client = new EventStream(response);
    client.onLeave(this.streams.join(client, watcher, known));
  }
}
