import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import type { RebaseView } from '../../core/protocol/rebase-view.ts';
import { loosenings } from '../../core/rebase/plan-rebase.ts';
import { type PlannedRebase, RolloutRebases } from '../../engine/rollout-rebases.ts';
import type { CommandRequest } from '../../engine/ports/intake.ts';
import { type Asker, Rollouts } from '../../engine/rollouts.ts';
import type { FaultAt } from '../../language/resolve/resolve-policy.ts';
import { parseRebase, parseRebaseQuery } from '../../language/rollout-requests.ts';
import { For, operator } from '../auth/access.ts';
import { actorOf, callerOf } from '../auth/actor-of.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { PolicyRevisions } from '../documents/policy-revisions.ts';
import { Pulse } from '../engine/pulse.ts';
import { Limited } from '../limits/limited.ts';
import { awaited } from './awaited.ts';

type Answered = Pick<RebaseView, 'answered' | 'reason'>;

/** What it comes to, and where the newer revision says so. */
interface Placed {
  readonly plan: PlannedRebase;
  readonly faultAt: FaultAt;
}

/** Moves a living rollout onto a newer revision of its policy. */
@Controller('api/v1/rollouts/:name/rebase')
export class RebasesController {
  private readonly rebases: RolloutRebases;
  private readonly rollouts: Rollouts;
  private readonly revisions: PolicyRevisions;
  private readonly pulse: Pulse;

  constructor(
    rebases: RolloutRebases,
    rollouts: Rollouts,
    revisions: PolicyRevisions,
    pulse: Pulse,
  ) {
    this.rebases = rebases;
    this.rollouts = rollouts;
    this.revisions = revisions;
    this.pulse = pulse;
  }

  /** What another revision would change. Refused as the command is, but for a word of confirmation. */
  @Get()
  @For(operator('rollout'))
  async look(@Param('name') name: string, @Query() query: unknown): Promise<RebaseView> {
    const { revision } = parseRebaseQuery(query);
    const { plan, faultAt } = await this.plan(name, revision);
    if (!plan.isOpen) {
      throw new CrossfadeError(
        'refused',
        `${plan.rollout} stays on revision ${plan.from} as it is`,
      );
    }
    refuseImmovable(plan, faultAt);
    return viewOf(plan, { answered: false });
  }

  @Post()
  @For(operator('rollout'))
  @Limited('command')
  @HttpCode(200)
  async rebase(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<RebaseView> {
    const { revision, confirm = false, ...asked } = parseRebase(body, callerOf(request));
    const asker = { actor: actorOf(request), roles: rolesOf(request) };
    if ((await this.rollouts.sent(asked.requestId)) !== null) {
      const answer = await this.send(name, { ...asked, verb: 'rebase' }, asker);
      const { id: rollout, policyRevision: now } = await this.rollouts.view(name);
      return { rollout, from: now, to: now, changes: [], loosened: [], ...answer };
    }
    const { plan, faultAt } = await this.plan(name, revision);
    const { onto, from } = plan;
    if (onto.revision === from) {
      return viewOf(plan, { answered: true, reason: `it runs by revision ${from} already` });
    }
    const command = { from, ...asked, verb: 'rebase' as const, onto, confirm };
    // Also what can only be refused is asked of the rollout, so that it stands in the record.
    const answer = await this.send(name, command, asker).catch((error: unknown) => {
      if (error instanceof CrossfadeError && error.code === 'refused') {
        refuseImmovable(plan, faultAt);
      }
      throw error;
    });
    return viewOf(plan, answer);
  }

  /** Throws `refused` where the next tick refuses it. */
  private async send(name: string, command: CommandRequest, asker: Asker): Promise<Answered> {
    const id = await this.rollouts.command(name, command, asker);
    this.pulse.hurry();
    const answer = await awaited(() => this.rollouts.answer(name, id));
    if (answer === null) return { answered: false };
    if (!answer.accepted) throw new CrossfadeError('refused', answer.reason);
    return { answered: true, reason: answer.reason };
  }

  private async plan(name: string, revision: string | undefined): Promise<Placed> {
    const policy = await this.rebases.policyOf(name);
    const { policy: next, faultAt } = await this.revisions.find(policy, revision);
    return { plan: await this.rebases.plan(name, next), faultAt };
  }
}

/** Throws `refused` with the place of each value of the newer revision that what runs cannot take over. */
function refuseImmovable({ immovable, rollout, from }: PlannedRebase, faultAt: FaultAt): void {
  if (immovable.length === 0) return;
  const faults = immovable.map(({ path, words }) => {
    const { file, line, column, message } = faultAt(path, words);
    return { file, line, column, message };
  });
  const words = `${rollout} stays on revision ${from}: it cannot take over what has begun otherwise`;
  throw new CrossfadeError('refused', words, { faults });
}

function viewOf(plan: PlannedRebase, answer: Answered): RebaseView {
  const { rollout, from, onto, changes } = plan;
  return {
    rollout,
    from,
    to: onto.revision,
    changes: changes.map(({ words }) => words),
    loosened: loosenings(plan).map(({ words }) => words),
    ...answer,
  };
}
