import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { DecisionView, RolloutView } from '../../core/protocol/rollout-view.ts';
import { Rollouts } from '../../engine/rollouts.ts';
import { parseCommand, parseStart } from '../../language/rollout-requests.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { DocumentsService } from '../documents/documents.service.ts';
import { Pulse } from '../engine/pulse.ts';

@Controller('api/v1/rollouts')
export class RolloutsController {
  private readonly rollouts: Rollouts;
  private readonly documents: DocumentsService;
  private readonly pulse: Pulse;

  constructor(rollouts: Rollouts, documents: DocumentsService, pulse: Pulse) {
    this.rollouts = rollouts;
    this.documents = documents;
    this.pulse = pulse;
  }

  @Post()
  async start(@Body() body: unknown): Promise<RolloutView> {
    const { policy } = parseStart(body);
    const view = await this.rollouts.start(await this.documents.effectivePolicy(policy));
    this.pulse.hurry();
    return view;
  }

  @Get()
  async list(): Promise<{ rollouts: readonly RolloutView[] }> {
    return { rollouts: await this.rollouts.list() };
  }

  @Get(':name')
  async view(@Param('name') name: string): Promise<RolloutView> {
    return this.rollouts.view(name);
  }

  @Get(':name/decisions')
  async decisions(
    @Param('name') name: string,
    @Query('after') after: string | undefined,
  ): Promise<{ decisions: readonly DecisionView[] }> {
    const decisions = await this.rollouts.decisions(name, Number(after ?? '0') || 0);
    return {
      decisions: decisions.map(({ measurements, version: _version, ...rest }) => ({
        ...rest,
        guards: measurements,
      })),
    };
  }

  @Post(':name/commands')
  @HttpCode(202)
  async command(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<{ id: string }> {
    const asked = parseCommand(body, name, `token ${request.bearer?.id ?? '?'}`);
    const id = await this.rollouts.command(name, asked);
    this.pulse.hurry();
    return { id };
  }

  @Get(':name/commands/:id')
  async answer(
    @Param('id') id: string,
  ): Promise<{ answered: boolean; accepted?: boolean; reason?: string }> {
    const answer = await this.rollouts.answer(id);
    return answer === null ? { answered: false } : { answered: true, ...answer };
  }
}
