/**
 * What was carried out on a target, one row for each part that ended; rows are only ever added.
 * `checksum` is over the canonical content of the migration, `catalog` what its tables looked like
 * afterwards. The table keeps to itself: no other table points to it, and it points to none.
 */
export const HISTORY_TABLE: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS crossfade.history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration text NOT NULL, version_from text NOT NULL, version_to text NOT NULL,
    checksum text NOT NULL, author text NOT NULL, rollout text NOT NULL, part text NOT NULL,
    tables text[] NOT NULL, started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    duration_ms bigint GENERATED ALWAYS AS
      (round(extract(epoch FROM ended_at - started_at) * 1000)::bigint) STORED,
    outcome text NOT NULL CHECK (outcome IN ('success', 'failed')),
    reason text, catalog jsonb)`,
];

/** A column of `crossfade.history`'s `checksum`, out of a parameter that holds the canonical text. */
export function checksumSql(parameter: string): string {
  return `left(encode(sha256(convert_to(${parameter}, 'UTF8')), 'hex'), ${CHECKSUM_DIGITS})`;
}

/** As many hexadecimal digits of SHA-256 as revisions have. */
export const CHECKSUM_DIGITS = 12;
