import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossfadeError, type ErrorCode, type Fault } from '../core/errors.ts';
import { EventLog } from '../engine/ports/event-log.ts';
import { TargetSqlError } from '../engine/ports/target-database.ts';
import { isOutage } from './is-outage.ts';
import { isOfrep, ofrepProblem } from './ofrep/ofrep-problem.ts';

/** RFC 9457 problem details with Crossfade's stable code. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly faults?: readonly Fault[];
}

/** What is not there, or not allowed: such messages of PostgreSQL's hold names, and no values of rows. */
const NAMES_ONLY = /^(42|3D|3F)/;

/** Where nobody knows better. Milliseconds. */
const comeAgainMs = 1_000;

const statusOf: Readonly<Record<ErrorCode, number>> = {
  invalidInput: 422,
  notFound: 404,
  conflict: 409,
  refused: 409,
  unsupported: 422,
  unauthenticated: 401,
  forbidden: 403,
  limited: 429,
  unavailable: 503,
  staleFence: 409,
  internal: 500,
};

/** Every error leaves as a problem; what is not ours is logged and told to nobody. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.end();
      return;
    }
    const problem = this.problemOf(error);
    // Clients that heed it come back soon; those that do not wait as long as they see fit.
    if (problem.status === 503 || problem.status === 429) {
      const known = error instanceof CrossfadeError ? error.retryAfterMs : null;
      response.setHeader('Retry-After', Math.ceil((known ?? comeAgainMs) / 1_000));
    }
    const { path } = host.switchToHttp().getRequest<Request>();
    if (isOfrep(path)) {
      const { status, body } = ofrepProblem(path, problem.status, problem.detail);
      response.status(status).json(body);
      return;
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  protected problemOf(error: unknown): Problem {
    if (error instanceof CrossfadeError) {
      const faults = error.faults.length === 0 ? {} : { faults: error.faults };
      return { ...problem(error.code, statusOf[error.code], error.message), ...faults };
    }
    if (error instanceof HttpException) {
      const status = error.getStatus();
      return problem(status === 404 ? 'notFound' : 'invalidInput', status, error.message);
    }
    const status = httpStatusOf(error);
    if (status !== null) return problem('invalidInput', status, 'the request cannot be read');
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.events.write({ kind: 'fault', where: 'request', error: words });
    if (error instanceof TargetSqlError && NAMES_ONLY.test(error.sqlState)) {
      return problem('conflict', 409, `the target refuses it: ${error.message}`);
    }
    return isOutage(error)
      ? problem('unavailable', 503, 'the state database cannot be reached; try again')
      : problem('internal', 500, 'something went wrong inside; the log has the details');
  }
}

function problem(code: ErrorCode, status: number, detail: string): Problem {
  return { type: 'about:blank', title: code, status, code, detail };
}

/** What a body parser throws carries the status that it means. */
function httpStatusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
