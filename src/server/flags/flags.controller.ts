import { Body, Controller, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import { holds } from '../../core/access/role.ts';
import type { FlagAct, FlagSummary, FlagView } from '../../core/protocol/flag-view.ts';
import type { RouteEdit } from '../../core/flags/edit-route.ts';
import { FlagSwitch } from '../../engine/ports/flag-switch.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { parseFlagEdit, parseToggle } from '../../language/rollout-requests.ts';
import { For, operator, viewer } from '../auth/access.ts';
import { callerOf } from '../auth/actor-of.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { Limited, switchesOff } from '../limits/limited.ts';
import { Pulse } from '../engine/pulse.ts';
import { FlagActs } from './flag-acts.ts';

/** People's side of the flag service: look at a flag, change it. The machine respects what they do. */
@Controller('api/v1/flags')
export class FlagsController {
  private readonly flags: FlagSwitch;
  private readonly rollouts: RolloutStore;
  private readonly pulse: Pulse;
  private readonly acts: FlagActs;

  constructor(flags: FlagSwitch, rollouts: RolloutStore, pulse: Pulse, acts: FlagActs) {
    this.flags = flags;
    this.rollouts = rollouts;
    this.pulse = pulse;
    this.acts = acts;
  }

  @Get()
  @For(viewer('somewhere'))
  async list(@Req() request: AuthenticatedRequest): Promise<{ flags: readonly FlagSummary[] }> {
    const roles = rolesOf(request);
    const all = await this.flags.all();
    return { flags: all.filter(({ project }) => holds(roles, 'viewer', project)) };
  }

  @Get(':name/log')
  @For(viewer('flag'))
  async log(@Param('name') name: string): Promise<{ acts: readonly FlagAct[] }> {
    return { acts: await this.acts.of(name) };
  }

  @Get(':name')
  @For(viewer('flag'))
  async read(@Param('name') name: string): Promise<FlagView> {
    const flag = await this.flags.read(name);
    if (flag === null) throw new CrossfadeError('notFound', `no flag ${name}`);
    return flag;
  }

  @Patch(':name')
  @For(operator('flag'))
  @Limited('command', switchesOff)
  async change(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<FlagView> {
    const { edit, by } = parseFlagEdit(body, callerOf(request));
    return this.edit(name, edit, by);
  }

  @Post(':name/toggle')
  @For(operator('flag'))
  @Limited('command', switchesOff)
  @HttpCode(200)
  async toggle(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<FlagView> {
    const { enabled, by } = parseToggle(body, callerOf(request));
    return this.edit(name, { enabled }, by);
  }

  private async edit(name: string, edit: RouteEdit, by: string): Promise<FlagView> {
    const flag = await this.flags.edit(name, edit, by);
    await this.rollouts.wake([flag.route.migration]);
    this.pulse.hurry();
    return flag;
  }
}
