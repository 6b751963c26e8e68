/**
 * What has changed: a hint where to look, never the thing itself. `route` is the flag of a rollout, `feature` one
 * that people manage.
 */
export interface Change {
  readonly kind: 'rollout' | 'route' | 'feature' | 'segment' | 'document' | 'alert';
  /** A rollout goes by its policy's name; alerts have none. */
  readonly name: string;
  /** Null for what everybody may know of. */
  readonly project: string | null;
}

/** The events of `GET /api/v1/changes`; each has an id, from which the stream goes on after a break. */
export interface ChangeEvents {
  readonly change: Change;
  /** Nobody knows what has changed meanwhile: everything has to be asked for anew. */
  readonly reset: object;
  /** Nothing has been missed up to now, in epoch milliseconds by the server's clock. */
  readonly beat: { readonly now: number };
}
