import { Controller, Get, Header, Res } from '@nestjs/common';
import type { Response } from 'express';
import { EngineMetrics } from './engine-metrics.ts';

@Controller()
export class MetricsController {
  private readonly metrics: EngineMetrics;

  constructor(metrics: EngineMetrics) {
    this.metrics = metrics;
  }

  @Get('metrics')
  @Header('Cache-Control', 'no-store')
  async read(@Res() response: Response): Promise<void> {
    const { registry } = this.metrics;
    response.type(registry.contentType).send(await registry.metrics());
  }
}
