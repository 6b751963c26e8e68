/** How to reach one environment of one Unleash server. */
export interface UnleashOptions {
  /** Without `/api`, for example `https://unleash.example.com`. */
  readonly url: string;
  /**
   * A personal access token, or a service account's, of an identity that Crossfade alone uses:
   * Unleash names all admin tokens alike, so with one of those an edit by another script cannot be
   * told from Crossfade's own.
   */
  readonly token: string;
  readonly project: string;
  readonly environment: string;
  /** Milliseconds that one request may take. */
  readonly timeoutMs?: number;
}
