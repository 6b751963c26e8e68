/** What a well-known exporter calls requests, those that failed, and how long they took. */
export interface MetricPreset {
  /** Who writes these names. */
  readonly writtenBy: string;
  /** The label that tells two deployments apart, where the series themselves say no `cohort`. */
  readonly label: string;
  /** Whether the application that writes them can add the labels `migration`, `cohort` and `bucket`. */
  readonly isOwn: boolean;
  /** Selectors of counters. */
  readonly bad: string;
  readonly total: string;
  /** A selector of the buckets of a histogram, and the unit of their bounds. */
  readonly durations: string;
  readonly unit: 's' | 'ms';
}

/** The presets by name. */
export const metricPresets = {
  'crossfade-sdk': {
    writtenBy: "Crossfade's SDK, through OpenTelemetry",
    label: 'job',
    isOwn: true,
    bad: 'migration_operations_total{outcome="error",$rollout}',
    total: 'migration_operations_total{$rollout}',
    durations: 'migration_operation_duration_seconds_bucket{role="authoritative",$rollout}',
    unit: 's',
  },
  'otel-http': {
    writtenBy:
      'HTTP servers with OpenTelemetry, through a Collector or the OTLP receiver of Prometheus',
    label: 'job',
    isOwn: true,
    bad: 'http_server_request_duration_seconds_count{http_response_status_code=~"5..",$rollout}',
    total: 'http_server_request_duration_seconds_count{$rollout}',
    durations: 'http_server_request_duration_seconds_bucket{$rollout}',
    unit: 's',
  },
  'otel-http-js': {
    writtenBy:
      "the Prometheus exporter of OpenTelemetry's JavaScript SDK, which leaves out the unit",
    label: 'job',
    isOwn: true,
    bad: 'http_server_request_duration_count{http_response_status_code=~"5..",$rollout}',
    total: 'http_server_request_duration_count{$rollout}',
    durations: 'http_server_request_duration_bucket{$rollout}',
    unit: 's',
  },
  micrometer: {
    writtenBy: 'Spring Boot with Micrometer',
    label: 'job',
    isOwn: true,
    bad: 'http_server_requests_seconds_count{status=~"5..",$rollout}',
    total: 'http_server_requests_seconds_count{$rollout}',
    durations: 'http_server_requests_seconds_bucket{$rollout}',
    unit: 's',
  },
  envoy: {
    writtenBy: 'Envoy, and gateways made of it (Contour, Gloo, App Mesh)',
    label: 'envoy_cluster_name',
    isOwn: false,
    bad: 'envoy_cluster_upstream_rq_xx{envoy_response_code_class="5",$rollout}',
    total: 'envoy_cluster_upstream_rq_xx{$rollout}',
    durations: 'envoy_cluster_upstream_rq_time_bucket{$rollout}',
    unit: 'ms',
  },
  istio: {
    writtenBy: "Istio's sidecars",
    label: 'destination_workload',
    isOwn: false,
    bad: 'istio_requests_total{reporter="destination",response_code=~"5..",$rollout}',
    total: 'istio_requests_total{reporter="destination",$rollout}',
    durations: 'istio_request_duration_milliseconds_bucket{reporter="destination",$rollout}',
    unit: 'ms',
  },
  linkerd: {
    writtenBy: "Linkerd's proxies",
    label: 'deployment',
    isOwn: false,
    bad: 'response_total{direction="inbound",classification="failure",$rollout}',
    total: 'response_total{direction="inbound",$rollout}',
    durations: 'response_latency_ms_bucket{direction="inbound",$rollout}',
    unit: 'ms',
  },
  nginx: {
    writtenBy: 'ingress-nginx',
    label: 'service',
    isOwn: false,
    bad: 'nginx_ingress_controller_requests{status=~"5..",$rollout}',
    total: 'nginx_ingress_controller_requests{$rollout}',
    durations: 'nginx_ingress_controller_request_duration_seconds_bucket{$rollout}',
    unit: 's',
  },
  traefik: {
    writtenBy: 'Traefik',
    label: 'service',
    isOwn: false,
    bad: 'traefik_service_requests_total{code=~"5..",$rollout}',
    total: 'traefik_service_requests_total{$rollout}',
    durations: 'traefik_service_request_duration_seconds_bucket{$rollout}',
    unit: 's',
  },
} as const satisfies Readonly<Record<string, MetricPreset>>;

export type MetricPresetName = keyof typeof metricPresets;
