import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EngineMetrics } from './engine-metrics.ts';
import { expose } from './exposition.ts';
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
  @Header('Vary', 'Accept')
  async read(@Req() request: Request, @Res() response: Response): Promise<void> {
    const wanted = request.accepts(['text/plain', openMetrics]);
    const { contentType, text } = await expose(this.metrics.registry, wanted === openMetrics);
    response.set('Content-Type', contentType).send(text);
  }
}

const openMetrics = 'application/openmetrics-text';
