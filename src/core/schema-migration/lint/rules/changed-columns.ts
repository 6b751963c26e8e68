import type { Objection, Rule } from '../rule.ts';
import type { ScriptState } from '../script-state.ts';
import { columnOf, commandsOf, definitionOf, type TableCommand, tableOf } from '../statement.ts';
import { nodeIn } from '../syntax-tree.ts';

type Judge = (
  command: TableCommand,
  table: string,
  before: ScriptState,
) => Objection | string | null;

/** A rule on one kind of command on tables that were there before. */
function onCommand(subtype: string, rule: Omit<Rule, 'find'>, judge: Judge): Rule {
  return {
    ...rule,
    find: (statement, before) => {
      const table = tableOf(statement);
      if (before.fresh.has(table)) return [];
      return commandsOf(statement)
        .filter((command) => command.subtype === subtype)
        .flatMap((command) => {
          const said = judge(command, table, before);
          return typeof said === 'string' ? { message: said } : (said ?? []);
        });
    },
  };
}

/** Types that columns of `varchar` and `text` take without being rewritten. */
const widest = new Set(['text', 'varchar']);

export const changedColumnRules: readonly Rule[] = [
  onCommand(
    'AT_SetNotNull',
    {
      name: 'set-not-null',
      severity: 'error',
      safe: 'setNotNull; or ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID, VALIDATE in a transaction of its own, then SET NOT NULL',
    },
    ({ name }, table, { shownNotNull }) =>
      shownNotNull.has(`${table}.${name}`)
        ? null
        : `all rows are read while nobody may use ${table}; with a checked constraint that says so it takes no time`,
  ),
  onCommand(
    'AT_DropNotNull',
    {
      name: 'drop-not-null',
      severity: 'warning',
      safe: 'dropNotNull, which lets the old version see no NULL; or wait until nothing old reads it',
    },
    ({ name }) => `code that never met a NULL in ${name} meets one`,
  ),
  onCommand(
    'AT_AlterColumnType',
    {
      name: 'change-type',
      severity: 'error',
      safe: 'changeType: a second column that is filled and kept in step',
    },
    (command) => {
      const definition = definitionOf(command);
      const column = columnOf(definition);
      const converts = definition !== null && nodeIn(definition.fields, 'raw_default') !== null;
      if (column !== null && !converts && !column.isLimited && widest.has(column.type)) {
        const message = `${command.name} ${column.type}: no row is touched if it was a narrower text, else all are rewritten while nobody may read the table`;
        return { message, severity: 'warning' };
      }
      return `all rows and the indexes over ${command.name} are rewritten while nobody may read the table, unless the new type stores the old values as they are`;
    },
  ),
  onCommand(
    'AT_DropColumn',
    {
      name: 'drop-column',
      severity: 'error',
      safe: 'dropColumn: hidden first, dropped when nobody has asked for it',
    },
    ({ name }) => `${name} is gone for good, and the old version breaks at once`,
  ),
  onCommand(
    'AT_DropConstraint',
    {
      name: 'drop-constraint',
      severity: 'warning',
      safe: 'set lock_timeout, and lock both tables in one order where others do',
    },
    ({ name }) => `if ${name} is a foreign key, nobody may use the table that it leads to either`,
  ),
];
