import { Controller, HttpException, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { MetricsProtocol } from '../../engine/ports/metrics-protocol.ts';
import { ReceivedMetrics } from '../../engine/received-metrics.ts';
import { For } from '../auth/access.ts';
import { contentTypes, formOf } from './message-form.ts';
import { OtlpFilter } from './otlp.filter.ts';
import { readBody } from './read-body.ts';

/** Where applications and Collectors send metrics: OTLP over HTTP. */
@Controller()
@UseFilters(OtlpFilter)
export class OtlpController {
  private readonly protocol: MetricsProtocol;
  private readonly received: ReceivedMetrics;

  constructor(protocol: MetricsProtocol, received: ReceivedMetrics) {
    this.protocol = protocol;
    this.received = received;
  }

  /** 200 once all that can be counted is kept for good. */
  @Post('v1/metrics')
  @For('otlp')
  async take(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = formOf(request);
    if (form === null) {
      const words = `send ${contentTypes.protobuf} or ${contentTypes.json}`;
      throw new HttpException(words, 415);
    }
    const encoding = request.headers['content-encoding'] ?? 'identity';
    const body = await readBody(request, encoding.toLowerCase());
    const refused = await this.received.take(this.protocol.decode(body, form));
    response.status(200).setHeader('Content-Type', contentTypes[form]);
    response.end(this.protocol.answer(refused, form));
  }
}
