import { Controller, Get, Param, Query } from '@nestjs/common';
import type { FlagUse, InstanceList } from '../../core/protocol/instance-list.ts';
import { InstanceOverview } from '../../engine/instance-overview.ts';
import { InstanceRegistry } from '../../engine/ports/instance-registry.ts';
import { For, viewer } from '../auth/access.ts';

/** Who is there, what each runs, and what they ask for. */
@Controller('api/v1')
export class InstancesController {
  private readonly overview: InstanceOverview;
  private readonly registry: InstanceRegistry;

  constructor(overview: InstanceOverview, registry: InstanceRegistry) {
    this.overview = overview;
    this.registry = registry;
  }

  @Get('instances')
  @For(viewer('everywhere'))
  async list(@Query('service') service: string | undefined): Promise<InstanceList> {
    return this.overview.list(service ?? null);
  }

  @Get('flags/:name/usage')
  @For(viewer('everywhere'))
  async usage(@Param('name') name: string): Promise<{ usage: readonly FlagUse[] }> {
    return { usage: await this.registry.usage(name) };
  }
}
