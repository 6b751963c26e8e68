import type { Objection, Rule } from '../rule.ts';
import { commandsOf, hasOption, relationName, type Statement, tableOf } from '../statement.ts';
import { fieldsIn, flagIn, nodesIn } from '../syntax-tree.ts';

const rewritingCommands: Readonly<Record<string, string>> = {
  AT_SetLogged: 'SET LOGGED',
  AT_SetUnLogged: 'SET UNLOGGED',
  AT_SetTableSpace: 'SET TABLESPACE',
  AT_SetAccessMethod: 'SET ACCESS METHOD',
};

function rewrites(statement: Statement): readonly string[] {
  const { kind } = statement;
  if (kind === 'ClusterStmt') return ['CLUSTER'];
  if (kind === 'VacuumStmt') return hasOption(statement, 'options', 'full') ? ['VACUUM FULL'] : [];
  return commandsOf(statement).flatMap(({ subtype }) => rewritingCommands[subtype] ?? []);
}

/** Commands that hold everybody up for a moment, and change what a row means to others. */
const meanings: Readonly<Record<string, string>> = {
  AT_EnableRowSecurity: 'rows that no policy lets through are hidden from everybody but the owner',
  AT_ForceRowSecurity: 'rows that no policy lets through are hidden from the owner too',
  AT_DisableRowSecurity: 'rows that policies hid are seen by everybody',
  AT_ReplicaIdentity: 'subscribers see other old values from this moment on',
};

const triggerSwitches = /^AT_(Enable|Disable)(Always|Replica)?Trig/;

export const maintenanceRules: readonly Rule[] = [
  {
    name: 'rewriting-maintenance',
    severity: 'error',
    safe: 'a tool that rewrites beside the readers, such as pg_repack, at another time',
    find: (statement) =>
      rewrites(statement).map((words) => ({
        message: `${words} writes the whole table anew while nobody may use it`,
      })),
  },
  {
    name: 'lock-table',
    severity: 'warning',
    safe: 'SET LOCAL lock_timeout before it, and nothing slow after it',
    find: ({ kind, fields }): readonly Objection[] => {
      if (kind !== 'LockStmt') return [];
      const tables = nodesIn(fields, 'relations').map((node) => relationName(node.fields));
      return [{ message: `${tables.join(', ')} is held until the transaction ends` }];
    },
  },
  {
    name: 'changed-meaning',
    severity: 'warning',
    safe: 'look at who reads the table; it takes a moment once nobody is in the way',
    find: (statement, { fresh }) =>
      fresh.has(tableOf(statement))
        ? []
        : commandsOf(statement).flatMap(({ subtype }): readonly Objection[] => {
            const message = meanings[subtype];
            return message === undefined ? [] : [{ message }];
          }),
  },
  {
    name: 'trigger',
    severity: 'warning',
    safe: 'SET LOCAL lock_timeout before it, and try again',
    find: (statement, { fresh }) => {
      const table = tableOf(statement);
      const isSwitched = commandsOf(statement).some(({ subtype }) => triggerSwitches.test(subtype));
      if (fresh.has(table) || (statement.kind !== 'CreateTrigStmt' && !isSwitched)) return [];
      return [{ message: `nobody may write to ${table} until the transaction ends` }];
    },
  },
  {
    name: 'refresh-materialized-view',
    severity: 'error',
    safe: 'REFRESH MATERIALIZED VIEW CONCURRENTLY, for which it needs a unique index',
    find: ({ kind, fields }) => {
      if (kind !== 'RefreshMatViewStmt' || flagIn(fields, 'concurrent')) return [];
      const view = relationName(fieldsIn(fields, 'relation'));
      return [{ message: `nobody may read ${view} while it is computed` }];
    },
  },
];
