import { relationNames, touchedTables } from '../schema-migration.ts';
import { directRollout } from '../history/history-table.ts';
import { quoteLiteral } from '../identifier.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { expressionSettings } from '../expression-settings.ts';
import { withoutTrials } from '../sql/trial.ts';
import { TARGET_SCHEMA } from '../target-schema.ts';
import { dollarQuoted } from './dollar-quoted.ts';
import type { EmittedPart, Movement, TriedMigration } from './tried-migration.ts';

/** All that a block is made from. */
export interface Emitted {
  readonly migration: SchemaMigration;
  /** As in the history. */
  readonly checksum: string;
  readonly tried: TriedMigration;
  readonly part: EmittedPart;
  /** The tool that will run it; with the role it is the author in the history. */
  readonly tool: string;
}

const historyPart = { expand: 'expand', contract: 'contract', all: 'direct' } as const;

/**
 * One DO statement that carries out a part of a migration and notes it in the history; nothing where
 * Crossfade has done so, or is about to. Whatever fails, all of it is undone.
 */
export function upBlock(emitted: Emitted): string {
  const { part, tried, migration } = emitted;
  const data = part === 'contract' ? [] : tried.movements.flatMap(moved);
  return block(emitted, historyPart[part], [
    ...TARGET_SCHEMA.map(executed),
    ...settings(migration.schema),
    ...(part === 'contract' ? [] : withoutTrials(tried.expand).map(executed)),
    ...data,
    ...(part === 'contract' ? [] : tried.index.map(executed)),
    ...(part === 'expand' ? [] : tried.contract.map(executed)),
    ...samePartitions(emitted),
  ]);
}

/**
 * Statements name each partition of where they were tried: on one that stands here alone an index would be left
 * out, and a foreign key would keep the name that it has until contract.
 */
function samePartitions({ migration, part }: Emitted): readonly string[] {
  const tables = relationNames(migration).map(quoteLiteral).join(', ');
  const unnamed =
    'EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.relid ' +
    `WHERE k.contype = 'f' AND left(k.conname, 11) = '_crossfade_')`;
  return [
    "SELECT format('%I.%I', n.nspname, c.relname) AS name INTO _old FROM pg_catalog.pg_class c",
    '  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace',
    `  WHERE n.nspname = ${quoteLiteral(migration.schema)} AND c.relname IN (${tables}) AND c.relkind = 'p'`,
    '  AND (EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND NOT i.indisvalid)' +
      `${part === 'expand' ? '' : ` OR ${unnamed}`});`,
    'IF FOUND THEN',
    `  RAISE EXCEPTION USING MESSAGE = _old.name || ' has partitions here that it had not where this was tried: emit it on a copy of this database';`,
    'END IF;',
  ];
}

/** The way back of `expand`, as long as no rollout has a hand in it; null for what has none. */
export function downBlock(emitted: Emitted): string | null {
  const { part, tried, migration } = emitted;
  if (part !== 'expand') return null;
  return block(emitted, 'retire', [
    ...settings(migration.schema),
    ...clearedTrash(migration.name),
    ...tried.retire.map(executed),
    ...droppedViews(tried.expand).map(executed),
  ]);
}

/** A rollout leaves the old version's views to those who use them; the way back of `up` takes all. */
function droppedViews(expand: readonly string[]): readonly string[] {
  return expand.flatMap((statement) => {
    const [, view] = /^CREATE VIEW ("(?:[^"]|"")+"\."(?:[^"]|"")+")/.exec(statement) ?? [];
    return view === undefined ? [] : [`DROP VIEW IF EXISTS ${view}`];
  });
}

/** Back and forth again: what the last way back put aside under these names makes room. */
function clearedTrash(name: string): readonly string[] {
  const mine = `FROM crossfade.trash WHERE migration = ${quoteLiteral(name)}`;
  return [
    `FOR _old IN SELECT table_schema, table_name, trash_name ${mine} LOOP`,
    `  EXECUTE format('ALTER TABLE IF EXISTS %I.%I DROP COLUMN IF EXISTS %I', _old.table_schema, _old.table_name, _old.trash_name);`,
    'END LOOP;',
    `DELETE ${mine};`,
  ];
}

function block(emitted: Emitted, part: string, statements: readonly string[]): string {
  const { name } = emitted.migration;
  const asked = `USING ${quoteLiteral(name)}, ${quoteLiteral(part)}`;
  const told = quoteLiteral(`nothing to do: Crossfade carries out ${name} here`);
  const body = [
    'DECLARE',
    '  _started timestamptz := clock_timestamp();',
    `  _settings text[] := ARRAY[${kept.map((one) => `current_setting('${one}')`).join(', ')}];`,
    '  _managed boolean := false;',
    '  _key text[];',
    '  _differing bigint;',
    '  _old record;',
    'BEGIN',
    `  IF to_regprocedure('crossfade.manages(text,text)') IS NOT NULL THEN`,
    `    EXECUTE 'SELECT crossfade.manages($1, $2)' INTO _managed ${asked};`,
    '  END IF;',
    '  IF _managed THEN',
    `    RAISE NOTICE USING MESSAGE = ${told};`,
    '    RETURN;',
    '  END IF;',
    ...statements.map((statement) => `  ${statement}`),
    `  ${recorded(emitted, part)}`,
    ...kept.map((one, at) => `  PERFORM set_config('${one}', _settings[${at + 1}], true);`),
    'END',
  ].join('\n');
  return `DO ${dollarQuoted(`\n${body}\n`, 'migration')};\n`;
}

/** The transaction may go on with statements of others, which expect their own. */
const kept = ['search_path', 'DateStyle', 'TimeZone', 'row_security'];

function settings(schema: string): readonly string[] {
  const all = { ...expressionSettings({ schema }), row_security: 'off', 'crossfade.sync': 'off' };
  return Object.entries(all).map(
    ([name, value]) => `PERFORM set_config('${name}', ${quoteLiteral(value)}, true);`,
  );
}

function executed(statement: string): string {
  const [, role] = /^(?:GRANT|REVOKE) [^]* (?:TO|FROM) "((?:[^"]|"")+)"$/.exec(statement) ?? [];
  const run = `EXECUTE ${dollarQuoted(statement, 's')};`;
  if (role === undefined) return run;
  // Roles belong to a server, not to a database: another one may lack them.
  const name = quoteLiteral(role.replaceAll('""', '"'));
  return `IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${name}) THEN ${run} END IF;`;
}

/** Every row in one range, then every row compared. */
function moved({ place, bound, fill, compare }: Movement): readonly string[] {
  const whole = 'USING NULL::text[], 9223372036854775807, NULL::text[]';
  const range = 'USING NULL::text[], _key';
  const told = quoteLiteral(`rows of ${place} would not come back or differ: `);
  return [
    `EXECUTE ${dollarQuoted(`SELECT key FROM (${bound}) whole`, 's')} INTO _key ${whole};`,
    'IF _key IS NOT NULL THEN',
    `  EXECUTE ${dollarQuoted(fill, 's')} ${range};`,
    `  EXECUTE ${dollarQuoted(`SELECT suspects FROM (${compare}) whole`, 's')} INTO _differing ${range};`,
    '  IF _differing > 0 THEN',
    `    RAISE EXCEPTION USING MESSAGE = ${told} || _differing;`,
    '  END IF;',
    'END IF;',
  ];
}

function recorded({ migration, checksum, tool }: Emitted, part: string): string {
  const { name, from, to } = migration;
  const words = [name, from, to, checksum].map(quoteLiteral).join(', ');
  const tables = `ARRAY[${touchedTables(migration).map(quoteLiteral).join(', ')}]::text[]`;
  return (
    'INSERT INTO crossfade.history (migration, version_from, version_to, checksum, author, rollout, ' +
    `part, tables, started_at, outcome) VALUES (${words}, ` +
    `${quoteLiteral(`${tool} as `)} || current_user, '${directRollout}', '${part}', ${tables}, _started, 'success');`
  );
}
