import type { GroupedAnswer, MetricAnswer } from '../core/metrics/metric-answer.ts';
import { MetricsProvider } from './ports/metrics-provider.ts';

/** A provider that is asked the same for the same moment only once, whichever guards want to know. */
export class AskedOnce extends MetricsProvider {
  override readonly delayMs: number;
  readonly #provider: MetricsProvider;
  readonly #answers = new Map<string, Promise<MetricAnswer | GroupedAnswer>>();

  constructor(provider: MetricsProvider) {
    super();
    this.delayMs = provider.delayMs;
    this.#provider = provider;
  }

  override value(expr: string, at: number): Promise<MetricAnswer> {
    return this.#once(['value', expr, at], () => this.#provider.value(expr, at));
  }

  override values(expr: string, label: string, at: number): Promise<GroupedAnswer> {
    return this.#once(['values', expr, label, at], () => this.#provider.values(expr, label, at));
  }

  override samples(selector: string, windowMs: number, at: number): Promise<MetricAnswer> {
    const ask = () => this.#provider.samples(selector, windowMs, at);
    return this.#once(['samples', selector, windowMs, at], ask);
  }

  #once<A extends MetricAnswer | GroupedAnswer>(
    question: readonly (string | number)[],
    ask: () => Promise<A>,
  ): Promise<A> {
    const key = JSON.stringify(question);
    const known = this.#answers.get(key);
    // The key tells the method too, and with it the kind of the answer.
    if (known !== undefined) return known as Promise<A>;
    const answer = ask();
    this.#answers.set(key, answer);
    return answer;
  }
}
