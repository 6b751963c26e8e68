import type { OAuth2Client } from './oauth2-token.ts';
import type { Reach } from '../outbound/refuse-address.ts';

/** How a Prometheus, or what speaks its API (Thanos, Mimir, VictoriaMetrics), is reached. */
export interface PrometheusOptions extends Reach {
  /** Address before `/api/v1`, with a prefix if there is one. http or https. */
  readonly url: string;
  readonly credentials?: PrometheusCredentials;
  /** Sent with every query, such as `X-Scope-OrgID` of Mimir. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest time for one query with all that belongs to it. Default 10 s. */
  readonly timeoutMs?: number;
  /** Largest answer that is read. Default 8 MiB. */
  readonly maxBytes?: number;
  /** How far back queries are asked. Default 2 s. */
  readonly delayMs?: number;
}

export type PrometheusCredentials =
  | { readonly bearer: string }
  | { readonly username: string; readonly password: string }
  | OAuth2Client;
