import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { SeriesView } from '../../core/protocol/guard-series.ts';
import type { CommandView } from '../../core/protocol/command-view.ts';
import type { RolloutForecast } from '../../core/protocol/rollout-forecast.ts';
import { holds } from '../../core/access/role.ts';
import type { DecisionView, RetriedView, RolloutView } from '../../core/protocol/rollout-view.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { decisionView } from '../../engine/rollout-events.ts';
import { GuardHistory } from '../../engine/guard-history.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { Rollouts } from '../../engine/rollouts.ts';
import { parseCommand, parseRetry, parseStart } from '../../language/rollout-requests.ts';
import { For, operator, viewer } from '../auth/access.ts';
import { actorOf, callerOf } from '../auth/actor-of.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { DocumentsService } from '../documents/documents.service.ts';
import { Limited, retreats } from '../limits/limited.ts';
import { Pulse } from '../engine/pulse.ts';
import { awaited } from './awaited.ts';

@Controller('api/v1/rollouts')
export class RolloutsController {
  private readonly rollouts: Rollouts;
  private readonly documents: DocumentsService;
  private readonly pulse: Pulse;
  private readonly guards: GuardHistory;
  private readonly clock: Clock;

  constructor(
    rollouts: Rollouts,
    documents: DocumentsService,
    pulse: Pulse,
    guards: GuardHistory,
    clock: Clock,
  ) {
    this.rollouts = rollouts;
    this.documents = documents;
    this.pulse = pulse;
    this.guards = guards;
    this.clock = clock;
  }

  @Post()
  @For(operator('policy'))
  @Limited('command')
  async start(@Body() body: unknown, @Req() request: AuthenticatedRequest): Promise<RolloutView> {
    const { policy: name, ...asked } = parseStart(body);
    const policy = await this.documents.effectivePolicy(name);
    const view = await this.rollouts.start(policy, actorOf(request), asked);
    this.pulse.hurry();
    return view;
  }

  @Post(':name/retry')
  @For(operator('rollout'))
  @Limited('command')
  async retry(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<RetriedView> {
    const asked = parseRetry(body);
    const policy = await this.documents.effectivePolicy(name);
    const view = await this.rollouts.retry(policy, actorOf(request), asked);
    this.pulse.hurry();
    return view;
  }

  @Get()
  @For(viewer('somewhere'))
  async list(@Req() request: AuthenticatedRequest): Promise<{ rollouts: readonly RolloutView[] }> {
    const all = await this.rollouts.list();
    const roles = rolesOf(request);
    return { rollouts: all.filter(({ project }) => holds(roles, 'viewer', project)) };
  }

  @Get(':name')
  @For(viewer('rollout'))
  async view(@Param('name') name: string): Promise<RolloutView> {
    return this.rollouts.view(name);
  }

  @Get(':name/forecast')
  @For(viewer('rollout'))
  async forecast(@Param('name') name: string): Promise<RolloutForecast> {
    return this.rollouts.forecast(name);
  }

  @Get(':name/series')
  @For(viewer('rollout'))
  async series(@Param('name') name: string): Promise<SeriesView> {
    return this.guards.view(name, await this.clock.now());
  }

  /** In pages, oldest first: those after a number, or those before one; `before=` without one, the last. */
  @Get(':name/decisions')
  @For(viewer('rollout'))
  async decisions(
    @Param('name') name: string,
    @Query('after') after: string | undefined,
    @Query('before') before: string | undefined,
  ): Promise<{ decisions: readonly DecisionView[] }> {
    const decisions = await (before === undefined
      ? this.rollouts.decisions(name, Number(after ?? '0') || 0)
      : this.rollouts.decisionsBefore(name, Number(before) || null));
    return { decisions: decisions.map(decisionView) };
  }

  @Get(':name/commands')
  @For(viewer('rollout'))
  async commands(@Param('name') name: string): Promise<{ commands: readonly CommandView[] }> {
    return { commands: await this.rollouts.commands(name) };
  }

  @Post(':name/commands')
  @For(operator('rollout'))
  @Limited('command', retreats)
  @HttpCode(202)
  async command(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<{ id: string; answered: boolean; reason?: string }> {
    const asked = parseCommand(body, name, callerOf(request));
    const actor = actorOf(request);
    const id = await this.rollouts.command(name, asked, { actor, roles: rolesOf(request) });
    this.pulse.hurry();
    const answer = await awaited(() => this.rollouts.answer(name, id));
    if (answer === null) return { id, answered: false };
    if (!answer.accepted) throw new CrossfadeError('refused', answer.reason);
    return { id, answered: true, reason: answer.reason };
  }

  @Get(':name/commands/:id')
  @For(viewer('rollout'))
  async answer(
    @Param('name') name: string,
    @Param('id') id: string,
  ): Promise<{ answered: boolean; accepted?: boolean; reason?: string }> {
    const answer = await this.rollouts.answer(name, id);
    return answer === null ? { answered: false } : { answered: true, ...answer };
  }
}
