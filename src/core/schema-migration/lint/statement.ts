import {
  type Fields,
  fieldsIn,
  flagIn,
  namesIn,
  nodeIn,
  nodesIn,
  type SyntaxNode,
  textIn,
} from './syntax-tree.ts';

/** One statement of a script. */
export interface Statement extends SyntaxNode {
  /** Where it begins, in bytes from the beginning of the script. */
  readonly place: number;
  /** As it is written, without what stands before it and without its semicolon. */
  readonly text: string;
  /** Names in it that are longer than the server keeps, as they are written. */
  readonly cutNames: readonly string[];
  /** Comments between the statement before and its end. */
  readonly comments: readonly Comment[];
  /** Its words and signs in their order, without comments. */
  readonly tokens: readonly Token[];
}

/** A word or a sign as it is written; places in bytes from the beginning of the script. */
export interface Token {
  readonly text: string;
  readonly place: number;
  readonly end: number;
}

/** A comment with its marks. */
export interface Comment {
  readonly text: string;
  /** In bytes from the beginning of the script. */
  readonly place: number;
}

/** `users` or `shop.users`, as it is written. */
export function relationName(relation: Fields): string {
  const [schema, name] = [textIn(relation, 'schemaname'), textIn(relation, 'relname')];
  return schema === '' ? name : `${schema}.${name}`;
}

/** The table that a statement names first; empty for one that names none. */
export function tableOf({ fields }: SyntaxNode): string {
  return relationName(fieldsIn(fields, 'relation'));
}

/** Names of the objects that a DROP names. */
export function droppedNames({ fields }: SyntaxNode): readonly string[] {
  return nodesIn(fields, 'objects').map((object) => namesIn(object.fields, 'items').join('.'));
}

/** One part of an ALTER TABLE. */
export interface TableCommand {
  readonly subtype: string;
  /** The column or constraint that it is about. */
  readonly name: string;
  readonly fields: Fields;
}

/** Empty for anything but an ALTER TABLE of a table. */
export function commandsOf(statement: SyntaxNode): readonly TableCommand[] {
  if (statement.kind !== 'AlterTableStmt') return [];
  if (textIn(statement.fields, 'objtype') !== 'OBJECT_TABLE') return [];
  return nodesIn(statement.fields, 'cmds').map(({ fields }) => ({
    subtype: textIn(fields, 'subtype'),
    name: textIn(fields, 'name'),
    fields,
  }));
}

/** What a command adds or sets: a column, a constraint, a partition. */
export function definitionOf({ fields }: TableCommand): SyntaxNode | null {
  return nodeIn(fields, 'def');
}

/** A column as it is written. */
export interface ColumnDefinition {
  readonly name: string;
  /** Without the schema `pg_catalog`: `int4`, `varchar`, `shop.mood`. */
  readonly type: string;
  /** Whether the type has a length or precision. */
  readonly isLimited: boolean;
  readonly constraints: readonly Fields[];
}

export function columnOf(definition: SyntaxNode | null): ColumnDefinition | null {
  if (definition?.kind !== 'ColumnDef') return null;
  const { fields } = definition;
  const type = fieldsIn(fields, 'typeName');
  const names = namesIn(type, 'names');
  return {
    name: textIn(fields, 'colname'),
    type: (names[0] === 'pg_catalog' ? names.slice(1) : names).join('.'),
    isLimited: nodesIn(type, 'typmods').length > 0,
    constraints: nodesIn(fields, 'constraints').map((constraint) => constraint.fields),
  };
}

/** Columns that the statement makes: those of a new table, and those that an ALTER adds. */
export function newColumns(statement: SyntaxNode): readonly ColumnDefinition[] {
  const { kind, fields } = statement;
  const created = kind === 'CreateStmt' ? nodesIn(fields, 'tableElts') : [];
  const columns = created.flatMap((definition) => columnOf(definition) ?? []);
  return [...columns, ...commandsOf(statement).flatMap((command) => addedColumn(command) ?? [])];
}

/** The column that a command adds; null for other commands. */
export function addedColumn(command: TableCommand): ColumnDefinition | null {
  return command.subtype === 'AT_AddColumn' ? columnOf(definitionOf(command)) : null;
}

/** The constraint that a command adds by itself; null for other commands. */
export function addedConstraint(command: TableCommand): Fields | null {
  if (command.subtype !== 'AT_AddConstraint') return null;
  return definitionOf(command)?.fields ?? null;
}

/** Constraints that an ALTER adds by themselves, and those of a new table beside its columns. */
export function newConstraints(statement: SyntaxNode): readonly Fields[] {
  if (statement.kind !== 'CreateStmt') {
    return commandsOf(statement)
      .map(addedConstraint)
      .filter((constraint) => constraint !== null);
  }
  const parts = nodesIn(statement.fields, 'tableElts');
  return parts.filter(({ kind }) => kind === 'Constraint').map(({ fields }) => fields);
}

/** Options such as `FULL` and `CONCURRENTLY`, which are on unless they say otherwise. */
export function hasOption({ fields }: SyntaxNode, list: string, name: string): boolean {
  return nodesIn(fields, list).some(({ fields: option }) => {
    if (textIn(option, 'defname') !== name) return false;
    const argument = nodeIn(option, 'arg');
    if (argument === null) return true;
    return (
      flagIn(argument.fields, 'boolval') || !/^(false|off|0)$/.test(textIn(argument.fields, 'sval'))
    );
  });
}

/** Whether the statement works beside others, which the server refuses in a transaction. */
export function isConcurrent(statement: SyntaxNode): boolean {
  const { kind, fields } = statement;
  switch (kind) {
    case 'IndexStmt':
    case 'DropStmt':
      return flagIn(fields, 'concurrent');
    case 'ReindexStmt':
      return hasOption(statement, 'params', 'concurrently');
    default:
      return commandsOf(statement).some((command) => {
        const definition = definitionOf(command);
        return definition?.kind === 'PartitionCmd' && flagIn(definition.fields, 'concurrent');
      });
  }
}

const ALONE = new Set([
  'AlterSystemStmt',
  'CreateTableSpaceStmt',
  'CreatedbStmt',
  'DropTableSpaceStmt',
  'DropdbStmt',
]);

/** Whether the server takes it outside of transactions only. */
export function runsAlone(statement: SyntaxNode): boolean {
  if (statement.kind === 'VacuumStmt') return flagIn(statement.fields, 'is_vacuumcmd');
  return ALONE.has(statement.kind) || isConcurrent(statement);
}
