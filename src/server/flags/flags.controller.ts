import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import type { RouteEdit } from '../../core/flags/edit-route.ts';
import type { ObservedFlag } from '../../engine/ports/flag-provider.ts';
import { FlagSwitch } from '../../engine/ports/flag-switch.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { parseFlagEdit, parseToggle } from '../../language/rollout-requests.ts';
import { For, operator, viewer } from '../auth/access.ts';
import { Pulse } from '../engine/pulse.ts';

/** People's side of the flag service: look at a flag, change it. The machine respects what they do. */
@Controller('api/v1/flags')
export class FlagsController {
  private readonly flags: FlagSwitch;
  private readonly rollouts: RolloutStore;
  private readonly pulse: Pulse;

  constructor(flags: FlagSwitch, rollouts: RolloutStore, pulse: Pulse) {
    this.flags = flags;
    this.rollouts = rollouts;
    this.pulse = pulse;
  }

  @Get(':name')
  @For(viewer('flag'))
  async read(@Param('name') name: string): Promise<ObservedFlag> {
    const flag = await this.flags.read(name);
    if (flag === null) throw new CrossfadeError('notFound', `no flag ${name}`);
    return flag;
  }

  @Patch(':name')
  @For(operator('flag'))
  async change(@Param('name') name: string, @Body() body: unknown): Promise<ObservedFlag> {
    const { edit, by } = parseFlagEdit(body);
    return this.edit(name, edit, by);
  }

  @Post(':name/toggle')
  @For(operator('flag'))
  @HttpCode(200)
  async toggle(@Param('name') name: string, @Body() body: unknown): Promise<ObservedFlag> {
    const { enabled, by } = parseToggle(body);
    return this.edit(name, { enabled }, by);
  }

  private async edit(name: string, edit: RouteEdit, by: string): Promise<ObservedFlag> {
    const flag = await this.flags.edit(name, edit, by);
    await this.rollouts.wake([flag.route.migration]);
    this.pulse.hurry();
    return flag;
  }
}
