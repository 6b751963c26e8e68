import { Body, Controller, Delete, Get, Headers, HttpCode, Param } from '@nestjs/common';
import { Post, Put, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { parseFeature, parseSwitch } from '../../language/flags/feature-requests.ts';
import { parseFlagImport, parseImportPlace } from '../../language/flags/flag-import.ts';
import { callerNameOf } from '../auth/actor-of.ts';
import { DEFAULT_ENVIRONMENT } from '../../core/flags/catalog/audience.ts';
import type { FeatureView, FlagAct } from '../../core/protocol/flag-view.ts';
import type { UnleashExport } from '../../core/flags/catalog/unleash-export.ts';
import { admin, For, operator, viewer } from '../auth/access.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { expectedRevision } from './entity-tag.ts';
import type { Imported } from './features.service.ts';
import { FeaturesService } from './features.service.ts';
import { FlagActs } from './flag-acts.ts';

type Preconditions = Readonly<Record<string, string | undefined>>;

/** The flags that people manage; a flag is written as a whole, on condition if so wished. */
@Controller('api/v1/features')
export class FeaturesController {
  private readonly features: FeaturesService;
  private readonly acts: FlagActs;

  constructor(features: FeaturesService, acts: FlagActs) {
    this.features = features;
    this.acts = acts;
  }

  @Get()
  @For(viewer('project'))
  async list(
    @Query('project') project: string | undefined,
  ): Promise<{ features: readonly FeatureView[] }> {
    return { features: await this.features.list(project) };
  }

  @Post('import')
  @For(admin('everywhere'))
  @HttpCode(200)
  async import(
    @Query() place: unknown,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<Imported> {
    const foreign = parseFlagImport(body, parseImportPlace(place));
    return this.features.import(foreign, callerNameOf(request));
  }

  @Get('export')
  @For(viewer('project'))
  async export(
    @Query('environment') environment: string | undefined,
    @Query('project') project: string | undefined,
  ): Promise<UnleashExport> {
    return this.features.export(environment ?? DEFAULT_ENVIRONMENT, project ?? null);
  }

  @Get(':name')
  @For(viewer('feature'))
  async read(
    @Param('name') name: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FeatureView> {
    return tagged(response, await this.features.read(name));
  }

  @Get(':name/log')
  @For(viewer('feature'))
  async log(@Param('name') name: string): Promise<{ acts: readonly FlagAct[] }> {
    return { acts: await this.acts.of(name) };
  }

  @Put(':name')
  @For(operator('feature'))
  async put(
    @Param('name') name: string,
    @Body() body: unknown,
    @Headers() headers: Preconditions,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FeatureView> {
    const feature = parseFeature(name, body);
    const view = await this.features.put(feature, expectedRevision(headers), callerNameOf(request));
    return tagged(response, view);
  }

  @Post(':name/toggle')
  @For(operator('feature'))
  @HttpCode(200)
  async toggle(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<FeatureView> {
    const { environment, enabled } = parseSwitch(body);
    return this.features.toggle(name, environment, enabled, callerNameOf(request));
  }

  @Delete(':name')
  @For(operator('feature'))
  @HttpCode(204)
  async remove(
    @Param('name') name: string,
    @Headers() headers: Preconditions,
    @Req() request: AuthenticatedRequest,
  ): Promise<void> {
    await this.features.remove(name, expectedRevision(headers), callerNameOf(request));
  }
}

function tagged(response: Response, view: FeatureView): FeatureView {
  response.setHeader('ETag', `"${view.revision}"`);
  return view;
}
