import { backupNeeds, needsScratch } from '../backup/backup-policy.ts';
import type { BackupPolicy } from '../backup/backup-policy.ts';
import { byOperation } from '../by-operation.ts';
import type { ByOperation } from '../by-operation.ts';
import type { Operation } from '../operation.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { checkActivity } from './checks/check-activity.ts';
import { checkBackup } from './checks/check-backup.ts';
import { checkDisk } from './checks/check-disk.ts';
import { checkFunctions } from './checks/check-functions.ts';
import { checkPrivileges } from './checks/check-privileges.ts';
import { checkReplication } from './checks/check-replication.ts';
import { checkServer } from './checks/check-server.ts';
import { checkTables } from './checks/check-tables.ts';
import type { Finding, Severity } from './finding.ts';
import type { StandingNow } from './operation-check.ts';
import type { TableFacts, TargetFacts } from './target-facts.ts';

/** What is about to happen, as far as preflight minds it. */
export interface Undertaking {
  /** Null for a look at the target alone. */
  readonly migration: SchemaMigration | null;
  readonly backup: BackupPolicy | null;
  /** Free bytes where the server keeps files; null where it keeps none. */
  readonly room: number | null;
}

const gravity: readonly Severity[] = ['blocks', 'warns', 'unknown'];

/** Everything on the target that the undertaking would run into, the gravest first. */
export function preflight(facts: TargetFacts, undertaking: Undertaking): readonly Finding[] {
  const { migration, backup, room } = undertaking;
  const { onTarget } = backupNeeds(facts.tables, backup);
  const findings = [
    ...checkServer(facts),
    ...checkPrivileges(facts, { migration, scratch: needsScratch(backup) }),
    ...checkDisk(facts, onTarget),
    ...checkBackup(facts, backup, room),
    ...checkActivity(facts),
    ...checkReplication(facts),
    ...checkTables(
      facts,
      (table) => columnsPutAside(migration, table),
      (table) => isFilled(migration, table),
    ),
    ...checkFunctions(facts, (table) => [
      ...columnsPutAside(migration, table),
      ...columnsRenamed(migration, table),
    ]),
  ];
  return bySeverity(findings);
}

export function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => gravity.indexOf(a.severity) - gravity.indexOf(b.severity));
}

/** Which columns the touched tables have, and which of them stay what they are. */
export function standingIn(
  { tables }: TargetFacts,
  migration: SchemaMigration | null,
): StandingNow {
  const having = (name: string, column: string): TableFacts | undefined =>
    tables.find((one) => one.table === name && one.columns.includes(column));
  return {
    has: (name, column) => having(name, column) !== undefined,
    stands: (name, column) => {
      const table = having(name, column);
      return table !== undefined && !columnsPutAside(migration, table).includes(column);
    },
  };
}

/** Old columns that contract puts aside, of whatever use they are to others. */
function columnsPutAside(migration: SchemaMigration | null, table: TableFacts): readonly string[] {
  return (migration?.operations ?? [])
    .filter((operation) => operation.table === table.table)
    .flatMap((operation) => byOperation(putAside, operation, table));
}

function columnsRenamed(migration: SchemaMigration | null, { table }: TableFacts): string[] {
  return (migration?.operations ?? []).flatMap((one) =>
    one.operation === 'renameColumn' && one.table === table ? [one.column] : [],
  );
}

/** Operations that leave every row as it is. */
const withoutBackfill: ReadonlySet<Operation['operation']> = new Set([
  'addForeignKey',
  'addPrimaryKey',
  'addUnique',
  'createIndex',
  'createTable',
  'dropColumn',
  'dropIndex',
  'dropTable',
  'renameColumn',
  'renameTable',
  'setDefault',
]);

/** A look at the target alone reckons with any operation. */
function isFilled(migration: SchemaMigration | null, { table }: TableFacts): boolean {
  if (migration === null) return true;
  return migration.operations.some(
    (one) => one.table === table && !withoutBackfill.has(one.operation),
  );
}

const itself = ({ column }: { readonly column: string }): readonly string[] => [column];
const nothing = (): readonly string[] => [];

const putAside: ByOperation<[TableFacts], readonly string[]> = {
  addCheck: ({ replaces }) => (replaces === null ? [] : [replaces.column]),
  addColumn: (operation) => ('up' in operation ? Object.keys(operation.down) : []),
  addForeignKey: nothing,
  addPrimaryKey: nothing,
  addUnique: nothing,
  changeType: itself,
  createIndex: nothing,
  createTable: nothing,
  dropColumn: itself,
  dropIndex: nothing,
  dropNotNull: itself,
  dropTable: (_, { columns }) => columns,
  mergeTables: nothing,
  renameColumn: nothing,
  renameTable: nothing,
  setDefault: nothing,
  setNotNull: itself,
  splitList: itself,
  splitTable: ({ columns }) => columns.map(({ column }) => column),
  sql: nothing,
};
