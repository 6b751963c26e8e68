import { Gauge } from 'prom-client';
import type { EventLog } from '../../engine/ports/event-log.ts';
import type { Fleet, FleetReader } from '../../engine/ports/fleet-reader.ts';
import type { EngineMetrics } from './engine-metrics.ts';
import { attentionSamples } from './attention-samples.ts';
import { type RolloutGauge, rolloutGauges } from './rollout-samples.ts';

/** Rollouts that are shown: those that live before those that ended, each by name. */
const rolloutsShown = 1_000;

/** What has ended is shown for so long, that every scraper sees how. Milliseconds. */
const endedForMs = 900_000;

/** Every rollout and every queue as they stand when Prometheus asks, from one look for all gauges. */
export class FleetGauges {
  readonly #reader: FleetReader;
  readonly #metrics: EngineMetrics;
  readonly #events: EventLog;
  #look: Promise<Fleet | null> | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(reader: FleetReader, metrics: EngineMetrics, events: EventLog) {
    this.#reader = reader;
    this.#metrics = metrics;
    this.#events = events;
    for (const [name, gauge] of Object.entries(rolloutGauges)) this.#ofRollouts(name, gauge);
    this.#gauge('rollouts_left_out', leftOutHelp, [], (gauge, { leftOut }) => gauge.set(leftOut));
    this.#gauge('queue_depth', 'What is due and not yet done.', ['queue'], (gauge, { queues }) => {
      for (const { name, depth } of queues) gauge.set({ queue: name }, depth);
    });
    this.#gauge('queue_oldest_seconds', oldestHelp, ['queue'], (gauge, { queues }) => {
      for (const { name, oldestMs } of queues) gauge.set({ queue: name }, (oldestMs ?? 0) / 1_000);
    });
    this.#gauge('attention', attentionHelp, ['rollout', 'set', 'reason'], (gauge, fleet) => {
      for (const [labels, level] of attentionSamples(fleet)) gauge.set(labels, level);
    });
    this.#readable();
  }

  #ofRollouts(name: string, { help, labels = [], samples }: RolloutGauge): void {
    this.#gauge(name, help, ['rollout', ...labels], (gauge, { members }) => {
      for (const member of members) {
        const rollout = member.rollout.policy;
        for (const [value, more] of samples(member)) {
          if (value !== null && value !== undefined) gauge.set({ rollout, ...more }, value);
        }
      }
    });
  }

  /** A gauge that shows nothing while the state cannot be read: what is absent misleads nobody. */
  #gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    fill: (gauge: Gauge, fleet: Fleet) => void,
  ): void {
    const gauge: Gauge = new Gauge({
      name: `crossfade_${name}`,
      help,
      labelNames,
      registers: [this.#metrics.registry],
      collect: async (): Promise<void> => {
        const fleet = await this.#seen();
        await this.#nextTurn();
        gauge.reset();
        if (fleet !== null) fill(gauge, fleet);
      },
    });
  }

  #readable(): void {
    const gauge: Gauge = new Gauge({
      name: 'crossfade_state_readable',
      help: '1 when rollouts and queues could be read for this scrape, else 0 and they are absent.',
      registers: [this.#metrics.registry],
      collect: async (): Promise<void> => gauge.set(Number((await this.#seen()) !== null)),
    });
  }

  /** One gauge a turn of the event loop: a thousand rollouts written at a stretch would hold up requests. */
  #nextTurn(): Promise<void> {
    this.#turn = this.#turn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.#turn;
  }

  #seen(): Promise<Fleet | null> {
    this.#look ??= this.#read().finally(() => (this.#look = null));
    return this.#look;
  }

  async #read(): Promise<Fleet | null> {
    try {
      return await this.#reader.read(rolloutsShown, endedForMs);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#events.write({ kind: 'fault', where: 'metrics of rollouts', error: words });
      return null;
    }
  }
}

const leftOutHelp = `Rollouts beyond the first ${rolloutsShown}, which are not shown.`;
const oldestHelp = 'How long what waits longest has waited; 0 where nothing waits.';
const attentionHelp =
  'Rollouts, and sets whose folder is refused, that somebody should look at: 1 in the morning, 2 now.';
