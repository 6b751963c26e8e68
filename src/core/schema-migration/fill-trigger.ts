import type { ColumnCatalog, TableCatalog } from './catalog.ts';
import type { ChangeStatement } from './change.ts';
import { mentionedNames } from './expression.ts';
import { qualified, quoteExisting } from './identifier.ts';
import type { SchemaMigration } from './schema-migration.ts';
import { settingClauses } from './expression-settings.ts';

/** A column that rows of the new version leave out, and the expression that gives its value. */
export interface FillSpec {
  /** Eight hex digits, of the column alone. */
  readonly id: string;
  readonly migration: SchemaMigration;
  readonly table: TableCatalog;
  readonly column: ColumnCatalog;
  /** Over the other columns of the row. */
  readonly value: string;
  /** Where the expression stands, for messages. */
  readonly place: string;
}

/** What makes the trigger, unless it is there, and what takes it away. */
export interface FillTrigger {
  readonly create: readonly ChangeStatement[];
  readonly drop: readonly ChangeStatement[];
}

/** Gives rows of the new version what the old one insists on. */
export function fillTrigger(spec: FillSpec): FillTrigger {
  const { id, migration, table, column } = spec;
  const [trigger, name] = [`zzz_crossfade_${id}_0_fill`, `crossfade.fill_${id}`];
  const where = qualified(migration.schema, table.name);
  const isThere = table.triggers.includes(trigger);
  const create = `CREATE OR REPLACE TRIGGER ${trigger} BEFORE INSERT ON ${where} FOR EACH ROW `;
  const when = `WHEN (NEW.${quoteExisting(column.name)} IS NULL) EXECUTE FUNCTION ${name}()`;
  return {
    create: isThere
      ? []
      : [
          { lock: 'none', sql: fillFunction(spec, name) },
          { lock: 'ShareRowExclusive', sql: create + when },
        ],
    drop: [
      { lock: 'AccessExclusive', sql: `DROP TRIGGER IF EXISTS ${trigger} ON ${where}` },
      { lock: 'none', sql: `DROP FUNCTION IF EXISTS ${name}()` },
    ],
  };
}

function fillFunction({ migration, table, column, value, place }: FillSpec, name: string): string {
  const names = mentionedNames(value, place);
  const used = table.columns.filter((one) => names.has(one.name) && one !== column);
  return [
    `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql`,
    `${settingClauses(migration)} AS $crossfade$`,
    '#variable_conflict use_variable',
    'DECLARE',
    ...used.map(
      (one) => `  ${quoteExisting(one.name)} ${one.type} := NEW.${quoteExisting(one.name)};`,
    ),
    'BEGIN',
    `  NEW.${quoteExisting(column.name)} := CAST((${value}) AS ${column.type});`,
    '  RETURN NEW;',
    'END $crossfade$',
  ].join('\n');
}
