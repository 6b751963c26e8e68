import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req } from '@nestjs/common';
import type { ManagedSegment } from '../../core/flags/catalog/managed-feature.ts';
import { parseSegment, parseSegmentId } from '../../language/flags/feature-requests.ts';
import { For, operator, viewer } from '../auth/access.ts';
import { callerNameOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { FeaturesService } from './features.service.ts';

/** Constraints that flags share. */
@Controller('api/v1/segments')
export class SegmentsController {
  private readonly features: FeaturesService;

  constructor(features: FeaturesService) {
    this.features = features;
  }

  @Get()
  @For(viewer('everywhere'))
  async list(): Promise<{ segments: readonly ManagedSegment[] }> {
    return { segments: await this.features.segments() };
  }

  @Put(':id')
  @For(operator('everywhere'))
  async put(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<ManagedSegment> {
    return this.features.putSegment(parseSegment(id, body), callerNameOf(request));
  }

  @Delete(':id')
  @For(operator('everywhere'))
  @HttpCode(204)
  async remove(@Param('id') id: string, @Req() request: AuthenticatedRequest): Promise<void> {
    const write = { kind: 'removeSegment', id: parseSegmentId(id) } as const;
    await this.features.write([write], callerNameOf(request));
  }
}
