import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { RestoreAnswer, RestoresView } from '../../core/protocol/restore-view.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { Restores } from '../../engine/restores.ts';
import { parseConfirmed } from '../../language/confirmed-request.ts';
import { approver, For, viewer } from '../auth/access.ts';
import { callerOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

/** One call works for so long; whoever waits calls again. Milliseconds. */
const budgetMs = 3_000;

/** Brings back what a rollout's contract took away. */
@Controller('api/v1/rollouts/:name/restore')
export class RestoresController {
  private readonly restores: Restores;
  private readonly clock: Clock;

  constructor(restores: Restores, clock: Clock) {
    this.restores = restores;
    this.clock = clock;
  }

  @Get()
  @For(viewer('rollout'))
  async list(@Param('name') name: string): Promise<RestoresView> {
    return this.restores.list(name);
  }

  /** Whoever waits for the end calls again with the generation that was answered. */
  @Post()
  @For(approver('rollout'))
  @HttpCode(200)
  async restore(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<RestoreAnswer> {
    const { by, generation: asked } = parseConfirmed(body, name, callerOf(request));
    const generation = asked ?? (await this.clock.now());
    const wanted = { name, author: by, generation };
    const { rollout, progress } = await this.restores.advance(wanted, budgetMs);
    return { generation, rollout: rollout.id, progress };
  }
}
