/** A link of the audit log, as `GET /api/v1/audit` gives it. */
export interface AuditLink {
  /** From 1, without a gap. */
  readonly seq: number;
  /** The `hash` of the link before; 64 zeros for the first. */
  readonly previous: string;
  /** What happened, as one text: an `AuditEntry` in JSON. */
  readonly entry: string;
  /** SHA-256 of `previous` and `entry` one after the other, hexadecimal. */
  readonly hash: string;
}

/** What a link says. */
export interface AuditEntry {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Who. */
  readonly actor: string;
  /** What. */
  readonly action: string;
  /** To what. */
  readonly subject: string;
  /** Why, from where, and whatever else belongs to it. */
  readonly detail: Readonly<Record<string, unknown>>;
}
