import { CATALOG_FACTS } from '../drift/catalog-facts.ts';
import { column, index } from '../idempotent-ddl.ts';

/** In place of a rollout's id, where there is none. */
export const directRollout = 'direct';

/**
 * What was carried out on a target, one row for each part that ended; rows are only ever added.
 * `checksum` is over the canonical content of the migration, `catalog` what its tables looked like
 * afterwards, null where the part changed nothing about them. The table keeps to itself: no other table points to it, and it points to none.
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
  column('history', 'table_schema', 'text'),
  index('history_migration', 'history (migration, id)'),
  CATALOG_FACTS,
  `CREATE TABLE IF NOT EXISTS crossfade.target (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), protected boolean NOT NULL)`,
  manages(),
];

/**
 * Asked by the migrations that `emit` writes, whatever role runs them: whether this part has been
 * carried out here, or Crossfade has had its own hand in this migration, so that it is left to it. A
 * protected target is left to it altogether.
 */
function manages(): string {
  return `CREATE OR REPLACE FUNCTION crossfade.manages(asked text, of_part text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $crossfade$
  SELECT EXISTS (SELECT FROM crossfade.target t WHERE t.protected)
    OR EXISTS (SELECT FROM crossfade.history h WHERE h.migration = asked AND (
    h.rollout <> '${directRollout}' OR h.part = 'baseline' OR (
      h.part IN (of_part, 'direct', 'contract') AND h.outcome = 'success' AND NOT EXISTS (
        SELECT FROM crossfade.history r
        WHERE r.migration = asked AND r.id > h.id
          AND r.part = CASE of_part WHEN 'retire' THEN 'expand' ELSE 'retire' END))))
$crossfade$`;
}

/** A column of `crossfade.history`'s `checksum`, out of a parameter that holds the canonical text. */
export function checksumSql(parameter: string): string {
  return `left(encode(sha256(convert_to(${parameter}, 'UTF8')), 'hex'), ${CHECKSUM_DIGITS})`;
}

/** As many hexadecimal digits of SHA-256 as revisions have. */
export const CHECKSUM_DIGITS = 12;
