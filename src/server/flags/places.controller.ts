import { Controller, Get, Param, Put, Req } from '@nestjs/common';
import { type FeaturePlaces, FeatureStore } from '../../engine/ports/feature-store.ts';
import { parsePlace } from '../../language/flags/feature-requests.ts';
import { admin, For, viewer } from '../auth/access.ts';
import { callerNameOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

/** Projects and environments: where flags can be. */
@Controller('api/v1')
export class PlacesController {
  private readonly store: FeatureStore;

  constructor(store: FeatureStore) {
    this.store = store;
  }

  @Get('projects')
  @For(viewer('somewhere'))
  async projects(): Promise<Pick<FeaturePlaces, 'projects'>> {
    const { projects } = await this.store.places();
    return { projects };
  }

  @Get('environments')
  @For(viewer('somewhere'))
  async environments(): Promise<Pick<FeaturePlaces, 'environments'>> {
    const { environments } = await this.store.places();
    return { environments };
  }

  @Put('projects/:name')
  @For(admin('everywhere'))
  async putProject(
    @Param('name') name: string,
    @Req() request: AuthenticatedRequest,
  ): Promise<{ name: string }> {
    const place = { name: parsePlace(name) };
    await this.store.write([{ kind: 'putProject', ...place }], callerNameOf(request));
    return place;
  }

  @Put('environments/:name')
  @For(admin('everywhere'))
  async putEnvironment(
    @Param('name') name: string,
    @Req() request: AuthenticatedRequest,
  ): Promise<{ name: string }> {
    const place = { name: parsePlace(name) };
    await this.store.write([{ kind: 'putEnvironment', ...place }], callerNameOf(request));
    return place;
  }
}
