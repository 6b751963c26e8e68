import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { ParityView } from '../../core/protocol/parity-view.ts';
import { ParityChecks } from '../../engine/parity-checks.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { parseParityRequest } from '../../language/parity-request.ts';
import { For, operator, viewer } from '../auth/access.ts';
import { callerOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

/** One call works for so long; whoever waits calls again. Milliseconds. */
const budgetMs = 3_000;

/** Compares both shapes of a rollout's data when a person asks. */
@Controller('api/v1/rollouts/:name/parity')
export class ParityController {
  private readonly checks: ParityChecks;
  private readonly clock: Clock;

  constructor(checks: ParityChecks, clock: Clock) {
    this.checks = checks;
    this.clock = clock;
  }

  @Get()
  @For(viewer('rollout'))
  async last(@Param('name') name: string): Promise<ParityView> {
    return this.checks.last(name);
  }

  /** Whoever waits for the end calls again with the generation that was answered. */
  @Post()
  @For(operator('rollout'))
  @HttpCode(200)
  async check(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<ParityView> {
    const {
      by: author,
      generation: asked,
      unit,
      wait,
    } = parseParityRequest(body, callerOf(request));
    const generation = asked ?? (await this.clock.now());
    return this.checks.advance({ name, author, generation, unit }, wait ? budgetMs : 0);
  }
}
