import { Body, Controller, Get, Param, Patch, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { BackfillView } from '../../core/protocol/backfill-view.ts';
import { Backfills } from '../../engine/backfills.ts';
import { parsePace } from '../../language/pace-request.ts';
import { For, operator, viewer } from '../auth/access.ts';
import { callerOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { EventStream } from '../event-stream.ts';
import { BackfillStreams } from './backfill-streams.ts';

/** How far a rollout's backfill is, and how hard it presses on its target. */
@Controller('api/v1/rollouts/:name/backfill')
export class BackfillsController {
  private readonly backfills: Backfills;
  private readonly streams: BackfillStreams;

  constructor(backfills: Backfills, streams: BackfillStreams) {
    this.backfills = backfills;
    this.streams = streams;
  }

  @Get()
  @For(viewer('rollout'))
  async view(@Param('name') name: string): Promise<BackfillView> {
    return this.backfills.view(name);
  }

  @Patch()
  @For(operator('rollout'))
  async change(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<BackfillView> {
    const { change, by } = parsePace(body, callerOf(request));
    return this.backfills.change(name, change, by);
  }

  /** Answers with a problem while nothing was sent yet, such as for a name that nobody knows. */
  @Get('stream')
  @For(viewer('rollout'))
  async stream(@Param('name') name: string, @Res() response: Response): Promise<void> {
    await this.streams.follow(name, new EventStream(response));
  }
}
