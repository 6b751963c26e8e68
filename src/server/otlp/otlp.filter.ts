import { type ArgumentsHost, Catch, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EventLog } from '../../engine/ports/event-log.ts';
import { MetricsProtocol } from '../../engine/ports/metrics-protocol.ts';
import { ProblemFilter } from '../problem.filter.ts';
import { contentTypes, formOf } from './message-form.ts';

/** Seconds until a sender may come again. */
const retryAfterS = 1;

/**
 * Errors in OTLP's words: a Status in the form of the request. Senders come again after 429, 502, 503
 * and 504 alone, so what is wrong with a message itself is 400.
 */
@Catch()
@Injectable()
export class OtlpFilter extends ProblemFilter {
  private readonly protocol: MetricsProtocol;

  constructor(events: EventLog, protocol: MetricsProtocol) {
    super(events);
    this.protocol = protocol;
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const request = host.switchToHttp().getRequest<Request>();
    const { status, detail } = this.problemOf(error);
    const form = formOf(request) ?? 'json';
    if (status === 503) response.setHeader('Retry-After', retryAfterS);
    // What was not read yet will not be read: the connection is of no further use.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.status(status === 422 ? 400 : status).setHeader('Content-Type', contentTypes[form]);
    response.end(this.protocol.status(detail, form));
  }
}
