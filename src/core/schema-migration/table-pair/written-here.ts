import { quoteLiteral } from '../identifier.ts';

/** What a conflict says of itself, as a SQL literal. */
export const BOTH_WRITTEN = quoteLiteral(
  'both sides were written in one statement; the new one was kept',
);

/**
 * True, in SQL, for a version of a row that this transaction wrote. What is visible and in progress is our
 * own; numbers of subtransactions follow soon after the transaction's.
 * @param when what has to be so as well
 */
export function isWrittenHere(xmin: string, when = 'true'): string {
  return (
    `(SELECT CASE WHEN ${when} AND _crossfade_ids.distance < 1048576 ` +
    `THEN pg_xact_status((_crossfade_ids.top + _crossfade_ids.distance)::text::xid8) = 'in progress' ELSE false END ` +
    `FROM (SELECT t.top, ((${xmin}::text::bigint - t.top) % 4294967296 + 4294967296) % 4294967296 AS distance ` +
    'FROM (SELECT pg_current_xact_id()::text::bigint AS top) t) _crossfade_ids)'
  );
}
