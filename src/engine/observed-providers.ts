import type { GroupedAnswer, MetricAnswer } from '../core/metrics/metric-answer.ts';
import type { EventLog } from './ports/event-log.ts';
import { MetricsProvider, MetricsProviders } from './ports/metrics-provider.ts';
import { collectSpan } from './spans.ts';

/** Providers of metrics as they are, each question told of: how long it took, and whether it was answered. */
export class ObservedProviders extends MetricsProviders {
  readonly #providers: MetricsProviders;
  readonly #events: EventLog;

  constructor(providers: MetricsProviders, events: EventLog) {
    super();
    this.#providers = providers;
    this.#events = events;
  }

  override async open(project: string, name: string): Promise<MetricsProvider> {
    const provider = await this.#providers.open(project, name);
    return new ObservedProvider(provider, `${project}/${name}`, this.#events);
  }
}

class ObservedProvider extends MetricsProvider {
  override readonly delayMs: number;
  readonly #provider: MetricsProvider;
  readonly #name: string;
  readonly #events: EventLog;

  constructor(provider: MetricsProvider, name: string, events: EventLog) {
    super();
    this.delayMs = provider.delayMs;
    this.#provider = provider;
    this.#name = name;
    this.#events = events;
  }

  override value(expr: string, at: number): Promise<MetricAnswer> {
    return this.#asked(() => this.#provider.value(expr, at));
  }

  override values(expr: string, label: string, at: number): Promise<GroupedAnswer> {
    return this.#asked(() => this.#provider.values(expr, label, at));
  }

  override samples(selector: string, windowMs: number, at: number): Promise<MetricAnswer> {
    return this.#asked(() => this.#provider.samples(selector, windowMs, at));
  }

  #asked<A extends MetricAnswer | GroupedAnswer>(ask: () => Promise<A>): Promise<A> {
    return this.#events.trace(collectSpan('metrics', this.#name), async (span) => {
      const answer = await this.#timed(ask);
      span.tell({ 'error.type': answer.kind === 'fault' ? answer.fault : null });
      return answer;
    });
  }

  async #timed<A extends MetricAnswer | GroupedAnswer>(ask: () => Promise<A>): Promise<A> {
    const began = performance.now();
    const answer = await ask();
    const fault = answer.kind === 'fault' ? answer.fault : null;
    this.#events.write({
      kind: 'asked',
      provider: this.#name,
      ms: performance.now() - began,
      fault,
    });
    return answer;
  }
}
