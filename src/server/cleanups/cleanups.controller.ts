import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { CleanupView } from '../../core/protocol/cleanup-view.ts';
import { Cleanups } from '../../engine/cleanups.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { parseConfirmed } from '../../language/confirmed-request.ts';
import { approver, For, viewer } from '../auth/access.ts';
import { callerOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

/** One call works for so long. Milliseconds. */
const budgetMs = 5_000;

/** What a rollout that has ended leaves behind. */
@Controller('api/v1/rollouts/:name/cleanup')
export class CleanupsController {
  private readonly cleanups: Cleanups;
  private readonly clock: Clock;

  constructor(cleanups: Cleanups, clock: Clock) {
    this.cleanups = cleanups;
    this.clock = clock;
  }

  @Get()
  @For(viewer('rollout'))
  async list(@Param('name') name: string): Promise<CleanupView> {
    return this.cleanups.list(name);
  }

  @Post()
  @For(approver('rollout'))
  @HttpCode(200)
  async remove(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<CleanupView> {
    const { by, generation } = parseConfirmed(body, name, callerOf(request));
    const wanted = { name, author: by, generation: generation ?? (await this.clock.now()) };
    return this.cleanups.remove(wanted, budgetMs);
  }
}
