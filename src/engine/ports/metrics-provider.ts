import type { GroupedAnswer, MetricAnswer } from '../../core/metrics/metric-answer.ts';

/**
 * A metrics system that is asked in PromQL. It never throws and never outlives its own time limit:
 * that it does not answer is an answer too. Times are epoch milliseconds.
 */
export abstract class MetricsProvider {
  /** Samples younger than this may still be on their way, so queries are asked that far back. */
  abstract readonly delayMs: number;

  /** The value of an expression at a moment; `newestAt` is the newest sample behind it. */
  abstract value(expr: string, at: number): Promise<MetricAnswer>;

  /**
   * The same for many rollouts at once: the result and the samples behind it carry `label`, and
   * `newestAt` tells the newest sample behind each of its values.
   */
  abstract values(expr: string, label: string, at: number): Promise<GroupedAnswer>;

  /** All samples of a selector's series in the `windowMs` before `at`, as they were scraped. */
  abstract samples(selector: string, windowMs: number, at: number): Promise<MetricAnswer>;
}

/** The providers that documents declare. */
export abstract class MetricsProviders {
  /**
   * Looks in `project` first, then in the default project. Throws `notFound` when there is none of
   * that name, `unavailable` when its address or credentials are not at hand.
   */
  abstract open(project: string, name: string): Promise<MetricsProvider>;
}
