import type { LeftOver } from '../../../core/protocol/cleanup-view.ts';
import {
  qualified,
  quoteExisting,
  quoteLiteral,
} from '../../../core/schema-migration/identifier.ts';
import { TRASH_SCHEMA } from '../../../core/schema-migration/put-table-aside.ts';
import { relationNames } from '../../../core/schema-migration/schema-migration.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import type { Relation } from '../../../core/schema-migration/change.ts';
import type { TargetSession } from '../../ports/target-database.ts';

/** Something on a target, with all it takes to be rid of it. */
export interface Removable extends LeftOver {
  readonly statements: readonly string[];
  /** What its removal locks. */
  readonly locks: readonly Relation[];
}

type Session = Pick<TargetSession, 'query'>;

/**
 * What a migration has left on its target, in the order in which it may go.
 * @param isQuiet true when no instance knows the change any more, so that nobody reads its route row
 */
export async function leftOvers(
  session: Session,
  migration: SchemaMigration,
  { policy, isQuiet }: { readonly policy: string; readonly isQuiet: boolean },
): Promise<readonly Removable[]> {
  return [
    ...(await restoredShape(session, migration)),
    ...(await trash(session, migration)),
    ...(await stubs(session, migration)),
    ...(await emptySchemas(session, migration)),
    ...(await backups(session, migration)),
    ...(await routeRow(session, policy, isQuiet)),
  ];
}

/** What a restore has brought back goes by another contract, not by a statement. */
async function restoredShape(
  session: Session,
  migration: SchemaMigration,
): Promise<readonly Removable[]> {
  const rows = await session.query<{ since: string }>(
    `SELECT to_char(restored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS since
     FROM crossfade.standing WHERE migration = $1 AND restored_at IS NOT NULL`,
    [migration.name],
  );
  return rows.map(({ since }) => ({
    kind: 'shape' as const,
    name: migration.from,
    words: `brought back on ${since}, in step with ${migration.to}; goes by another contract`,
    removable: true,
    statements: [],
    locks: [],
  }));
}

/** The size of a column is an estimate of the planner's; nobody has to read the table for it. */
const TRASH = `SELECT t.table_schema AS schema, t.table_name AS table, t.column_name AS column, t.trash_name AS trash,
    to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS since,
    to_char((SELECT s.keep_until FROM crossfade.standing s WHERE s.migration = t.migration AND t.at >= s.at)
      AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS until,
    CASE WHEN t.column_name = '' THEN pg_size_pretty(pg_total_relation_size(to_regclass(format('%I.%I', '${TRASH_SCHEMA}', t.trash_name))))
      ELSE (SELECT 'about ' || pg_size_pretty((s.avg_width * c.reltuples * (1 - s.null_frac))::numeric)
        FROM pg_stats s JOIN pg_class c ON c.oid = to_regclass(format('%I.%I', s.schemaname, s.tablename))
        WHERE s.schemaname = t.table_schema AND s.tablename = p.relname AND s.attname = t.trash_name AND c.reltuples > 0) END AS size,
    p.relname AS place, t.column_name = '' AND to_regclass(format('%I.%I', '${TRASH_SCHEMA}', t.trash_name)) IS NOT NULL AS "isTable"
  FROM crossfade.trash t LEFT JOIN LATERAL (SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = to_regnamespace(quote_ident(t.table_schema)) AND c.relkind IN ('r', 'p')
      AND a.attname = t.trash_name AND NOT a.attisdropped LIMIT 1) p ON t.column_name <> ''
  WHERE t.migration = $1 ORDER BY t.at, t.table_name, t.trash_name`;

interface TrashRow {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly trash: string;
  readonly since: string;
  readonly until: string | null;
  readonly size: string | null;
  /** Name of the table that has the column now; null where it is gone, and for a table. */
  readonly place: string | null;
  readonly isTable: boolean;
}

async function trash(session: Session, { name }: SchemaMigration): Promise<readonly Removable[]> {
  const rows = await session.query<TrashRow>(TRASH, [name]);
  return rows.map((row) => {
    const { schema, table, column, trash: aside, since, until, size, place, isTable } = row;
    const note =
      `DELETE FROM crossfade.trash WHERE table_schema = ${quoteLiteral(schema)} ` +
      `AND table_name = ${quoteLiteral(table)} AND trash_name = ${quoteLiteral(aside)}`;
    const drop = isTable
      ? [`DROP TABLE ${quoteExisting(TRASH_SCHEMA)}.${quoteExisting(aside)}`]
      : place === null
        ? []
        : [`ALTER TABLE ${qualified(schema, place)} DROP COLUMN ${quoteExisting(aside)}`];
    return {
      kind: 'trash' as const,
      name: column === '' ? `${schema}.${table}` : `${schema}.${table}.${column}`,
      words: [
        `put aside on ${since}`,
        ...(until === null ? [] : [`kept until ${until}`]),
        ...(size === null ? [] : [size]),
      ].join(', '),
      removable: true,
      statements: [...drop, note],
      locks: place === null ? [] : [{ schema, name: place }],
    };
  });
}

/** The stubs of the version `$1` whose names are among `$2`. */
const STUBS = `SELECT DISTINCT v.oid, n.nspname AS schema, v.relname AS name
  FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace
    JOIN pg_rewrite r ON r.ev_class = v.oid
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_proc'::regclass
      AND d.refobjid = to_regprocedure('crossfade.gone(text,text,text)')
  WHERE v.relkind = 'v' AND n.nspname = $1 AND v.relname = ANY($2)`;

async function stubs(session: Session, migration: SchemaMigration): Promise<readonly Removable[]> {
  const rows = await session.query<{ schema: string; name: string }>(`${STUBS} ORDER BY name`, [
    migration.from,
    relationNames(migration),
  ]);
  return rows.map(({ schema, name }) => ({
    kind: 'stub' as const,
    name: `${schema}.${name}`,
    words: 'tells old code what happened; without it old code finds no such view',
    removable: true,
    statements: [`DROP VIEW ${qualified(schema, name)}`],
    locks: [{ schema, name }],
  }));
}

/** Schemas of the two versions in which there is nothing, or nothing but the stubs, which go first. */
async function emptySchemas(
  session: Session,
  migration: SchemaMigration,
): Promise<readonly Removable[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace n
     WHERE nspname IN ($1, $3) AND nspname <> $4 AND pg_has_role(nspowner, 'USAGE')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
         AND NOT (d.classid = 'pg_class'::regclass AND d.objid IN (SELECT oid FROM (${STUBS}) stub)))
     ORDER BY nspname`,
    [migration.from, relationNames(migration), migration.to, migration.schema],
  );
  return rows.map(({ name }) => ({
    kind: 'schema' as const,
    name,
    words: 'nothing else is in it',
    removable: true,
    statements: [`DROP SCHEMA ${quoteExisting(name)}`],
    locks: [],
  }));
}

/** Whoever works on the target next clears away what has expired. */
async function backups(session: Session, { name }: SchemaMigration): Promise<readonly Removable[]> {
  const rows = await session.query<{ id: string; words: string }>(
    `SELECT id, concat_ws(', ', location, pg_size_pretty(bytes), 'kept until ' || to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')) AS words
     FROM crossfade.backup WHERE migration = $1 AND status IN ('taken', 'verified')
       AND expires_at > clock_timestamp() ORDER BY id`,
    [name],
  );
  return rows.map(({ id, words }) => ({
    kind: 'backup' as const,
    name: id,
    words,
    removable: true,
    statements: [
      `UPDATE crossfade.backup SET expires_at = clock_timestamp() WHERE id = ${quoteLiteral(id)}`,
    ],
    locks: [],
  }));
}

async function routeRow(
  session: Session,
  policy: string,
  isQuiet: boolean,
): Promise<readonly Removable[]> {
  const rows = await session.query<{ side: string; since: string }>(
    `SELECT safe_side AS side, to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS since
     FROM crossfade.route WHERE migration = $1`,
    [policy],
  );
  return rows.map(({ side, since }) => ({
    kind: 'route' as const,
    name: policy,
    words: `safe side ${side}, of ${since}${isQuiet ? '' : '; stays while instances know the change'}`,
    removable: isQuiet,
    statements: [`DELETE FROM crossfade.route WHERE migration = ${quoteLiteral(policy)}`],
    locks: [],
  }));
}
