import {
  type Metric,
  type OpenMetricsContentType,
  type PrometheusContentType,
  Registry,
} from 'prom-client';

/** All that is measured. Only what may write OpenMetrics may hold exemplars. */
export type Metrics = Registry<OpenMetricsContentType>;

export function noMetrics(): Metrics {
  const metrics: Metrics = new Registry<OpenMetricsContentType>();
  metrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return metrics;
}

/** A scrape as it is answered. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** As Prometheus' text, or as OpenMetrics, which alone carries exemplars. */
export async function expose(metrics: Metrics, openMetrics: boolean): Promise<Exposition> {
  const copy = new Registry<OpenMetricsContentType | PrometheusContentType>();
  if (openMetrics) copy.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of metrics.getMetricsAsArray()) {
    // A registry that writes OpenMetrics renames its counters for good: it is given stand-ins.
    copy.registerMetric(Object.create(metric) as Metric);
  }
  return { contentType: copy.contentType, text: await copy.metrics() };
}
