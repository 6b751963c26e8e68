import { Controller, Get, Header, Res } from '@nestjs/common';
import type { Response } from 'express';
import { EngineMetrics } from './engine-metrics.ts';
import { For, viewer } from '../auth/access.ts';

@Controller()
export class MetricsController {
  private readonly metrics: EngineMetrics;

  constructor(metrics: EngineMetrics) {
    this.metrics = metrics;
  }

  @Get('metrics')
  @For(viewer('everywhere'))
  @Header('Cache-Control', 'no-store')
  async read(@Res() response: Response): Promise<void> {
    const { registry } = this.metrics;
    response.type(registry.contentType).send(await registry.metrics());
  }
}
