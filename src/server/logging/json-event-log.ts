import { Injectable } from '@nestjs/common';
import { ConsoleLogger } from '@nestjs/common';
import { type EngineEvent, EventLog, type Work } from '../../engine/ports/event-log.ts';
import { type Span, type SpanStart, Tracer } from '../../engine/ports/tracer.ts';
import { EngineMetrics } from '../metrics/engine-metrics.ts';

/** One subscriber for all events of the engine: a JSON line for people, a count for Prometheus, a span for whoever traces. */
@Injectable()
export class JsonEventLog extends EventLog {
  private readonly logger: ConsoleLogger;
  private readonly metrics: EngineMetrics;
  private readonly tracer: Tracer;

  constructor(logger: ConsoleLogger, metrics: EngineMetrics, tracer: Tracer) {
    super();
    this.logger = logger;
    this.metrics = metrics;
    this.tracer = tracer;
  }

  override write(event: EngineEvent): void {
    this.metrics.count(event);
    const line = lineOf(event);
    if (line === null) return;
    if (line.level === 'warn') this.logger.warn(line.message, 'engine');
    else this.logger.log(line.message, 'engine');
  }

  override async during<Result>(work: Work, act: () => Promise<Result>): Promise<Result> {
    const began = performance.now();
    let failed = true;
    try {
      const result = await act();
      failed = false;
      return result;
    } finally {
      this.metrics.worked(work, performance.now() - began, failed);
    }
  }

  override trace<Result>(start: SpanStart, act: (span: Span) => Promise<Result>): Promise<Result> {
    return this.tracer.trace(start, act);
  }
}

interface Line {
  readonly level: 'log' | 'warn';
  readonly message: string;
}

/** ERROR means that somebody must act now, so a fault that heals by itself is a warning. */
function lineOf(event: EngineEvent): Line | null {
  switch (event.kind) {
    case 'tick':
    case 'asked':
    case 'notified':
      return null;
    case 'effect':
      if (event.error === null)
        return { level: 'log', message: `${event.rollout} ${event.key} done` };
      return {
        level: 'warn',
        message: `${event.rollout} ${event.key} ${event.isGivenUp ? 'given up' : 'failed'}: ${event.error}`,
      };
    case 'decision': {
      const { policy, action, from, to, step, reason, by } = event;
      return {
        level: 'log',
        message: `${policy} ${action} (${from} → ${to}) at ${step} by ${by}: ${reason}`,
      };
    }
    case 'rollbackArrived':
      return { level: 'log', message: `${event.rollout} rollback arrived after ${event.ms} ms` };
    case 'fenceLost':
      return {
        level: 'warn',
        message: `${event.rollout} was claimed anew; this tick changed nothing`,
      };
    case 'alerts':
      return alertsLine(event);
    case 'fault':
      return { level: 'warn', message: `${event.where}: ${event.error}` };
  }
}

/** Alerts that concern nobody are told of every minute, and say nothing here. */
function alertsLine(event: Extract<EngineEvent, { kind: 'alerts' }>): Line | null {
  const { taken, refused, concerns } = event;
  if (refused > 0) {
    return { level: 'warn', message: `${refused} alerts cannot be understood, ${taken} taken` };
  }
  if (concerns.length === 0) return null;
  return { level: 'log', message: `${taken} alerts; firing ones concern ${concerns.join(', ')}` };
}
