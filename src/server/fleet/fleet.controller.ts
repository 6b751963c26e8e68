import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FleetPage } from '../../core/protocol/fleet-page.ts';
import { FleetOverview } from '../../engine/fleet-overview.ts';
import { parseFleetQuery } from '../../language/fleet-query.ts';
import { For, viewer } from '../auth/access.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

/** All rollouts in a list that is found, filtered and cut here: a browser need not hold a thousand. */
@Controller('api/v1/fleet')
export class FleetController {
  private readonly overview: FleetOverview;

  constructor(overview: FleetOverview) {
    this.overview = overview;
  }

  @Get()
  @For(viewer('somewhere'))
  async page(@Query() query: unknown, @Req() request: AuthenticatedRequest): Promise<FleetPage> {
    return this.overview.page(parseFleetQuery(query), rolesOf(request));
  }
}
