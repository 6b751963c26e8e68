import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { EngineEvent } from '../../engine/ports/event-log.ts';

/** What the controller says of itself to Prometheus. No label grows with tenants. */
@Injectable()
export class EngineMetrics {
  readonly registry = new Registry();
  private readonly decisions = this.counter('decisions_total', 'Decisions by action.', [
    'policy',
    'action',
  ]);
  private readonly effects = this.counter('effects_total', 'Effects by outcome.', ['outcome']);
  private readonly faults = this.counter('faults_total', 'Faults by the part they struck.', []);
  private readonly fences = this.counter(
    'fence_lost_total',
    'Ticks made void by a newer claim.',
    [],
  );
  private readonly alerts = this.counter(
    'alerts_total',
    'Alerts told of, by what became of them.',
    ['outcome'],
  );
  private readonly ticks = this.histogram(
    'tick_seconds',
    'Time from claim to commit.',
    [0.001, 0.005, 0.02, 0.1, 0.5, 2],
  );
  private readonly arrivals = this.histogram(
    'rollback_arrival_seconds',
    'From the decision to roll back to the last acknowledgement.',
    [0.1, 0.5, 1, 2, 5, 15, 60],
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'crossfade_' });
  }

  count(event: EngineEvent): void {
    switch (event.kind) {
      case 'tick':
        this.ticks.observe(event.ms / 1000);
        return;
      case 'decision':
        this.decisions.inc({ policy: event.policy, action: event.action });
        return;
      case 'effect':
        this.effects.inc({ outcome: event.error === null ? 'done' : 'failed' });
        return;
      case 'rollbackArrived':
        this.arrivals.observe(event.ms / 1000);
        return;
      case 'fenceLost':
        this.fences.inc();
        return;
      case 'alerts': {
        const outcome = event.concerns.length > 0 ? 'matched' : 'unmatched';
        this.alerts.inc({ outcome }, event.taken);
        this.alerts.inc({ outcome: 'refused' }, event.refused);
        return;
      }
      case 'fault':
        this.faults.inc();
    }
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `crossfade_${name}`, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `crossfade_${name}`, help, buckets, registers: [this.registry] });
  }
}
