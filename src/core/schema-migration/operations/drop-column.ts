import { CrossfadeError } from '../../errors.ts';
import { tableState } from '../change.ts';
import type { Change, ChangeStatement, Scene } from '../change.ts';
import { operationId } from '../column-pair.ts';
import { mentionedNames } from '../expression.ts';
import type { ColumnCatalog, TableCatalog } from '../catalog.ts';
import { qualified, quoteExisting } from '../identifier.ts';
import type { DropColumn } from '../operation.ts';
import { settingClauses } from '../sync-trigger.ts';
import { findColumn, noSuchColumn, presentTable } from './present-table.ts';

/** The new version's view leaves the column out; contract puts it aside. */
export function resolveDropColumn(operation: DropColumn, scene: Scene): Change {
  const table = presentTable(operation, scene);
  const { migration } = scene;
  const id = operationId(migration, 'dropColumn', operation.table, operation.column);
  const contracted = tableState(migration, table) === 'contracted';
  const column = findColumn(table, operation.column);
  if (column === null && !contracted) throw noSuchColumn(operation, scene, operation.column);
  const filled = column === null || contracted ? null : filler(operation, column, table, scene, id);
  return {
    id,
    table: operation.table,
    show: (columns) => columns.filter((one) => one.of !== operation.column),
    expand: filled === null || table.triggers.includes(filled.trigger) ? [] : filled.create,
    aside: contracted ? [] : [operation.column],
    contract: filled?.drop ?? [],
    retire: filled?.drop ?? [],
  };
}

interface Filler {
  readonly trigger: string;
  readonly create: readonly ChangeStatement[];
  readonly drop: readonly ChangeStatement[];
}

/** Gives rows of the new version what the old one insists on. */
function filler(
  operation: DropColumn,
  column: ColumnCatalog,
  table: TableCatalog,
  { migration }: Scene,
  id: string,
): Filler | null {
  const isFilled = !column.notNull || column.default !== null || column.generated !== 'no';
  if (operation.down === undefined) {
    if (isFilled) return null;
    throw new CrossfadeError(
      'invalidInput',
      `${operation.table}.${operation.column} is NOT NULL and has no default: give \`down\`, its value ` +
        'in rows that the new version inserts.',
    );
  }
  const place = `down of ${operation.table}.${operation.column}`;
  const names = mentionedNames(operation.down, place);
  const used = table.columns.filter((one) => names.has(one.name) && one.name !== column.name);
  const target = quoteExisting(column.name);
  const [trigger, name] = [`zzz_crossfade_${id}_0_fill`, `crossfade.fill_${id}`];
  const where = qualified(migration.schema, table.name);
  return {
    trigger,
    create: [
      {
        lock: 'none',
        sql: [
          `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql`,
          `${settingClauses(migration.schema)} AS $crossfade$`,
          '#variable_conflict use_variable',
          'DECLARE',
          ...used.map(
            (one) => `  ${quoteExisting(one.name)} ${one.type} := NEW.${quoteExisting(one.name)};`,
          ),
          'BEGIN',
          `  NEW.${target} := CAST((${operation.down}) AS ${column.type});`,
          '  RETURN NEW;',
          'END $crossfade$',
        ].join('\n'),
      },
      {
        lock: 'ShareRowExclusive',
        sql:
          `CREATE OR REPLACE TRIGGER ${trigger} BEFORE INSERT ON ${where} FOR EACH ROW ` +
          `WHEN (NEW.${target} IS NULL) EXECUTE FUNCTION ${name}()`,
      },
    ],
    drop: [
      { lock: 'AccessExclusive', sql: `DROP TRIGGER IF EXISTS ${trigger} ON ${where}` },
      { lock: 'none', sql: `DROP FUNCTION IF EXISTS ${name}()` },
    ],
  };
}
