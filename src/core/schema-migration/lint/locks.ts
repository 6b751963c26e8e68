import { type LockLevel, lockLevels } from '../change.ts';
import {
  commandsOf,
  definitionOf,
  droppedNames,
  hasOption,
  relationName,
  type TableCommand,
  tableOf,
} from './statement.ts';
import { fieldsIn, flagIn, nodesIn, type SyntaxNode, textIn } from './syntax-tree.ts';

/** A lock that a statement takes on a table. */
export interface TableLock {
  readonly table: string;
  readonly level: LockLevel;
}

/** Commands of an ALTER TABLE that take less than ACCESS EXCLUSIVE. Source: PostgreSQL's documentation. */
const gentle: Readonly<Record<string, LockLevel>> = {
  AT_ValidateConstraint: 'ShareUpdateExclusive',
  AT_SetStatistics: 'ShareUpdateExclusive',
  AT_SetOptions: 'ShareUpdateExclusive',
  AT_ResetOptions: 'ShareUpdateExclusive',
  AT_SetRelOptions: 'ShareUpdateExclusive',
  AT_ResetRelOptions: 'ShareUpdateExclusive',
  AT_ClusterOn: 'ShareUpdateExclusive',
  AT_DropCluster: 'ShareUpdateExclusive',
  AT_AttachPartition: 'ShareUpdateExclusive',
  AT_EnableTrig: 'ShareRowExclusive',
  AT_EnableTrigAll: 'ShareRowExclusive',
  AT_EnableTrigUser: 'ShareRowExclusive',
  AT_DisableTrig: 'ShareRowExclusive',
  AT_DisableTrigAll: 'ShareRowExclusive',
  AT_DisableTrigUser: 'ShareRowExclusive',
};

/** Whether somebody who writes waits for it. */
export function stopsWriters({ level }: TableLock): boolean {
  return lockLevels.indexOf(level) >= lockLevels.indexOf('Share');
}

/** Statements that keep everybody from the one table that they name. */
const alone = new Set([
  'AlterObjectSchemaStmt',
  'AlterPolicyStmt',
  'ClusterStmt',
  'CreatePolicyStmt',
  'RenameStmt',
  'RuleStmt',
]);

/** Locks that a statement takes on tables that were there before, as far as its text tells. */
export function locksOf(statement: SyntaxNode): readonly TableLock[] {
  const { kind, fields } = statement;
  switch (kind) {
    case 'AlterTableStmt':
      return locksOfAlter(statement);
    case 'DropStmt':
      return textIn(fields, 'removeType') === 'OBJECT_TABLE'
        ? droppedNames(statement).map((table) => ({ table, level: 'AccessExclusive' }))
        : [];
    case 'TruncateStmt':
    case 'LockStmt':
      return relationsOf(statement, levelOf(statement));
    default: {
      const [table, level] = [tableOf(statement) || policed(statement), levelOfOne(statement)];
      return table === '' || level === null ? [] : [{ table, level }];
    }
  }
}

/** The table that a policy is for. */
const policed = ({ fields }: SyntaxNode): string => relationName(fieldsIn(fields, 'table'));

/** What a statement takes on the one table that it names; null for one that takes nothing to speak of. */
function levelOfOne(statement: SyntaxNode): LockLevel | null {
  const { kind, fields } = statement;
  const isBeside =
    kind === 'ReindexStmt'
      ? hasOption(statement, 'params', 'concurrently')
      : flagIn(fields, 'concurrent');
  if (kind === 'IndexStmt' || kind === 'ReindexStmt') {
    return isBeside ? 'ShareUpdateExclusive' : 'Share';
  }
  if (kind === 'CreateTrigStmt') return 'ShareRowExclusive';
  return alone.has(kind) ? 'AccessExclusive' : null;
}

/** LOCK TABLE numbers its modes from 1 to 8; 5 and above keep writers waiting. */
const weakestThatStops = 5;

function levelOf({ kind, fields }: SyntaxNode): LockLevel {
  if (kind === 'TruncateStmt') return 'AccessExclusive';
  const mode = fields['mode'];
  return typeof mode === 'number' && mode < weakestThatStops ? 'RowExclusive' : 'AccessExclusive';
}

function relationsOf({ fields }: SyntaxNode, level: LockLevel): readonly TableLock[] {
  return nodesIn(fields, 'relations').map((node) => ({ table: relationName(node.fields), level }));
}

function locksOfAlter(statement: SyntaxNode): readonly TableLock[] {
  const table = tableOf(statement);
  return commandsOf(statement).flatMap((command) => {
    const level = levelOfCommand(command);
    return [{ table, level }, ...othersOf(command)];
  });
}

function levelOfCommand(command: TableCommand): LockLevel {
  const definition = definitionOf(command);
  if (command.subtype === 'AT_AddConstraint' && isForeignKey(definition))
    return 'ShareRowExclusive';
  if (command.subtype === 'AT_DetachPartition' && definition !== null) {
    return flagIn(definition.fields, 'concurrent') ? 'ShareUpdateExclusive' : 'AccessExclusive';
  }
  return gentle[command.subtype] ?? 'AccessExclusive';
}

function isForeignKey(definition: SyntaxNode | null): boolean {
  return definition !== null && textIn(definition.fields, 'contype') === 'CONSTR_FOREIGN';
}

/** Tables that the command locks beside its own: a partition, and those that a foreign key leads to. */
function othersOf(command: TableCommand): readonly TableLock[] {
  const definition = definitionOf(command);
  if (definition === null) return [];
  if (definition.kind === 'PartitionCmd') {
    const isBeside = flagIn(definition.fields, 'concurrent');
    const level = isBeside ? 'ShareUpdateExclusive' : 'AccessExclusive';
    return [{ table: relationName(fieldsIn(definition.fields, 'name')), level }];
  }
  const constraints =
    command.subtype === 'AT_AddConstraint'
      ? [definition.fields]
      : nodesIn(definition.fields, 'constraints').map(({ fields }) => fields);
  return constraints
    .filter((constraint) => textIn(constraint, 'contype') === 'CONSTR_FOREIGN')
    .map((constraint) => ({
      table: relationName(fieldsIn(constraint, 'pktable')),
      level: 'ShareRowExclusive' as const,
    }));
}
