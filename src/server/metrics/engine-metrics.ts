import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram } from 'prom-client';
import type { MetricFault } from '../../core/metrics/metric-answer.ts';
import type { EngineEvent, Work } from '../../engine/ports/event-log.ts';
import { serverVersion } from '../version.ts';
import { Bounded } from './bounded.ts';
import { type Metrics, noMetrics } from './exposition.ts';

/** Systems that are told apart; those that come later share one name. */
const lanesShown = 100;

/** The longest name of a rollout that an exemplar has room for (OpenMetrics: 128 characters in all). */
const exemplarRoom = 70;

/** What the controller says of itself to Prometheus. No label grows with tenants or rollouts. */
@Injectable()
export class EngineMetrics {
  readonly registry: Metrics = noMetrics();
  private readonly lanes = new Bounded(lanesShown);
  private readonly decisions = this.counter('decisions_total', 'Decisions by action.', ['action']);
  private readonly effects = this.counter(
    'effects_total',
    'Effects by outcome: done, failed (tried again), given up (a message nobody took in time).',
    ['outcome'],
  );
  private readonly faults = this.counter('faults_total', 'Faults of the engine, of any part.', []);
  private readonly fences = this.counter(
    'fence_lost_total',
    'Ticks made void by a newer claim: their lease had been lost.',
    [],
  );
  private readonly alerts = this.counter(
    'alerts_total',
    'Alerts told of, by what became of them.',
    ['outcome'],
  );
  private readonly notices = this.counter(
    'notifications_total',
    'Changes that the state database announced (LISTEN).',
    [],
  );
  private readonly ticks = this.histogram('tick_seconds', 'Time from claim to commit.', quick, []);
  private readonly claims = this.histogram(
    'claim_seconds',
    'Time to claim a rollout that is due.',
    quick,
    [],
  );
  private readonly lateness = this.histogram(
    'tick_lateness_seconds',
    'How long a rollout had been due when it was claimed.',
    [0.1, 0.25, 0.5, 1, 2, 5, 15, 60],
    [],
  );
  private readonly work = this.histogram(
    'work_seconds',
    'Time of one turn of periodic work, by part and by the system it concerns.',
    [0.01, 0.1, 0.5, 2, 10],
    ['part', 'lane'],
  );
  private readonly workFaults = this.counter(
    'work_faults_total',
    'Turns of periodic work that ended in a fault.',
    ['part', 'lane'],
  );
  private readonly questions = this.histogram(
    'provider_query_seconds',
    'Time until a provider of metrics answered, or did not.',
    [0.01, 0.1, 0.5, 2, 10],
    ['provider'],
  );
  private readonly unanswered = this.counter(
    'provider_faults_total',
    'Questions that a provider of metrics did not answer, by why.',
    ['provider', 'fault'],
  );
  private readonly arrivals = this.arrival(
    'rollback_arrival_seconds',
    'From the decision to roll back to the last acknowledgement.',
  );
  private readonly sinceHarm = this.arrival(
    'harm_to_arrival_seconds',
    'From the evidence that convicted a guard to the last acknowledgement of the rollback.',
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'crossfade_' });
    const build = new Gauge({
      name: 'crossfade_build_info',
      help: 'Always 1; names the version of Crossfade and of Node.js.',
      labelNames: ['version', 'node'],
      registers: [this.registry],
    });
    build.set({ version: serverVersion(), node: process.version }, 1);
  }

  count(event: EngineEvent): void {
    switch (event.kind) {
      case 'tick':
        this.ticks.observe(event.ms / 1000);
        this.claims.observe(event.claimMs / 1000);
        this.lateness.observe(event.lateMs / 1000);
        return;
      case 'decision':
        this.decisions.inc({ action: event.action });
        return;
      case 'effect':
        this.effects.inc({ outcome: outcomeOf(event) });
        return;
      case 'rollbackArrived':
        return this.arrived(event);
      case 'fenceLost':
        this.fences.inc();
        return;
      case 'asked':
        return this.asked(event);
      case 'notified':
        this.notices.inc();
        return;
      case 'alerts':
        return this.told(event);
      case 'fault':
        this.faults.inc();
    }
  }

  /**
   * A turn of periodic work that took so many milliseconds. Its faults are counted from zero on: what a
   * counter is born with has never been an increase.
   */
  worked({ part, lane }: Work, ms: number, failed: boolean): void {
    const labels = { part, lane: lane === null ? '' : this.lanes.name(lane) };
    this.work.observe(labels, ms / 1000);
    this.workFaults.inc(labels, Number(failed));
  }

  private arrived({ rollout, ms, sinceHarmMs, traceId }: Told<'rollbackArrived'>): void {
    const named = { rollout: rollout.slice(0, exemplarRoom) };
    const exemplarLabels = traceId === null ? named : { ...named, trace_id: traceId };
    this.arrivals.observe({ labels: {}, value: ms / 1000, exemplarLabels });
    if (sinceHarmMs === null) return;
    this.sinceHarm.observe({ labels: {}, value: sinceHarmMs / 1000, exemplarLabels });
  }

  private asked({ provider, ms, fault }: Told<'asked'>): void {
    const labels = { provider: this.lanes.name(provider) };
    this.questions.observe(labels, ms / 1000);
    for (const kind of faultKinds) this.unanswered.inc({ ...labels, fault: kind }, 0);
    if (fault !== null) this.unanswered.inc({ ...labels, fault });
  }

  private told({ concerns, taken, refused }: Told<'alerts'>): void {
    this.alerts.inc({ outcome: concerns.length > 0 ? 'matched' : 'unmatched' }, taken);
    this.alerts.inc({ outcome: 'refused' }, refused);
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `crossfade_${name}`, help, labelNames, registers: [this.registry] });
  }

  private histogram(
    name: string,
    help: string,
    buckets: number[],
    labelNames: string[],
  ): Histogram {
    const registers = [this.registry];
    return new Histogram({ name: `crossfade_${name}`, help, buckets, labelNames, registers });
  }

  /** A histogram whose exemplars name the rollout. */
  private arrival(name: string, help: string): Histogram {
    return new Histogram({
      name: `crossfade_${name}`,
      help,
      buckets: [0.1, 0.5, 1, 2, 5, 15, 60],
      registers: [this.registry],
      enableExemplars: true,
    });
  }
}

type Told<Kind extends EngineEvent['kind']> = Extract<EngineEvent, { kind: Kind }>;

const faultKinds: readonly MetricFault[] = [
  'unreachable',
  'timeout',
  'rejected',
  'unauthorized',
  'failed',
  'tooLarge',
  'malformed',
];

/** Of what should take milliseconds. */
const quick = [0.001, 0.005, 0.02, 0.1, 0.5, 2];

function outcomeOf(event: Extract<EngineEvent, { kind: 'effect' }>): string {
  if (event.error === null) return 'done';
  return event.isGivenUp ? 'given up' : 'failed';
}
