import type { GivenName } from '../../core/schema-migration/change.ts';
import { takenWords } from '../../core/schema-migration/taken-names.ts';
import type { TakenName } from '../../core/schema-migration/taken-names.ts';
import { TargetSqlError } from '../ports/target-database.ts';
import type { TargetDatabase } from '../ports/target-database.ts';
import { jittered } from './job-run.ts';
import type { TurnEnd } from './job-run.ts';

/** Between two looks at names that somebody has. */
const TAKEN_MS = 5_000;

/** How a turn ends while others have names that contract is to give; null while all of them are free. */
export async function waitsForNames(
  database: TargetDatabase,
  names: readonly GivenName[],
): Promise<Extract<TurnEnd, { kind: 'waits' }> | null> {
  const taken = names.length === 0 ? [] : await takenOf(database, names);
  return taken.length === 0 ? null : holdsForNames(takenWords(taken));
}

/** A hold that is looked at again before long. */
export function holdsForNames(reason: string): Extract<TurnEnd, { kind: 'waits' }> {
  return { kind: 'waits', reason, delayMs: jittered(TAKEN_MS), hold: 'names' };
}

/** True for a statement that failed since somebody has the name that it gives, or was quicker to take it. */
export function isNameTaken(fault: unknown): fault is TargetSqlError {
  return fault instanceof TargetSqlError && /^(42P07|42701|42710|23505)$/.test(fault.sqlState);
}

async function takenOf(
  database: TargetDatabase,
  names: readonly GivenName[],
): Promise<readonly TakenName[]> {
  const found = await database.query<{ at: number; by: string }>(HOLDERS, [
    names.map(({ kind }) => kind),
    names.map(({ on }) => on.schema),
    names.map(({ on }) => on.name),
    names.map(({ name }) => name),
  ]);
  return found.flatMap(({ at, by }) => names.slice(at - 1, at).map((one) => ({ ...one, by })));
}

const named = (oid: string): string =>
  `(SELECT concat(rn.nspname, '.', r.relname) FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE r.oid = ${oid})`;

/**
 * A table takes the name of a type as well; one of an array makes room. What a partition has of a constraint
 * of the whole is in nobody's way: it is renamed with it, or has a name of its own.
 */
const HOLDERS = `WITH given AS (
    SELECT g.*, (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = g.schema AND c.relname = g.place) AS owner
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY g(kind, schema, place, name, at))
  SELECT DISTINCT ON (g.at) g.at::int AS at, h.by FROM given g, LATERAL (
    SELECT 1 AS rank, concat(CASE k.contype WHEN 'c' THEN 'a check' WHEN 'f' THEN 'a foreign key'
        WHEN 'u' THEN 'a unique constraint' WHEN 'p' THEN 'the primary key' ELSE 'a constraint' END,
      ' of ', ${named('k.conrelid')}) AS by
    FROM pg_constraint k WHERE g.kind IN ('constraint', 'key') AND k.conname = g.name
      AND k.conparentid = 0 AND k.coninhcount = 0 AND (k.conrelid = g.owner
        OR g.kind = 'constraint' AND k.conrelid IN (SELECT t.relid FROM pg_partition_tree(g.owner) t))
    UNION ALL
    SELECT 2, concat('an index of ', ${named('i.indrelid')})
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid
    WHERE g.kind IN ('table', 'index', 'key') AND n.nspname = g.schema AND c.relname = g.name
    UNION ALL
    SELECT 3, concat('the ', CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'table' END, ' ', n.nspname, '.', c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE g.kind IN ('table', 'index', 'key') AND n.nspname = g.schema AND c.relname = g.name
      AND c.relkind NOT IN ('i', 'I')
    UNION ALL
    SELECT 4, concat('the type ', n.nspname, '.', t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE g.kind = 'table' AND n.nspname = g.schema AND t.typname = g.name AND t.typrelid = 0 AND t.typelem = 0
    UNION ALL
    SELECT 5, 'another column' FROM pg_attribute a WHERE g.kind = 'column' AND a.attrelid = g.owner
      AND a.attname = g.name AND a.attnum > 0 AND NOT a.attisdropped) h
  ORDER BY g.at, h.rank`;
