import type { Objection, Rule } from '../rule.ts';
import { type ColumnDefinition, newColumns, newConstraints, type Statement } from '../statement.ts';
import { type Fields, flagIn, namesIn, nodesIn, textIn } from '../syntax-tree.ts';

function keyColumns(statement: Statement): ReadonlySet<string> {
  const isKey = (constraint: Fields): boolean => textIn(constraint, 'contype') === 'CONSTR_PRIMARY';
  const named = newConstraints(statement)
    .filter(isKey)
    .flatMap((constraint) => namesIn(constraint, 'keys'));
  const marked = newColumns(statement).filter(({ constraints }) => constraints.some(isKey));
  return new Set([...named, ...marked.map(({ name }) => name)]);
}

function doubtfulType({ name, type, isLimited }: ColumnDefinition, isKey: boolean): string | null {
  if (type === 'bpchar')
    return `${name} char(n) is filled up with blanks: text with a CHECK is plainer`;
  if (type === 'varchar' && isLimited) {
    return `${name} varchar(n): text with a CHECK can be widened without touching the column`;
  }
  if (type === 'timestamp') return `${name} timestamp does not say in which zone: timestamptz does`;
  if (isKey && /^(int[24]|(small)?serial[24]?)$/.test(type)) {
    return `${name} ${type} runs out of numbers; changing a key later is hard: bigint`;
  }
  return /serial/.test(type)
    ? `${name} ${type}: GENERATED … AS IDENTITY needs no rights on a sequence`
    : null;
}

export const typeRules: readonly Rule[] = [
  {
    name: 'doubtful-type',
    severity: 'notice',
    safe: 'text, bigint, timestamptz, GENERATED AS IDENTITY',
    find: (statement) => {
      const keys = keyColumns(statement);
      return newColumns(statement).flatMap((column): readonly Objection[] => {
        const message = doubtfulType(column, keys.has(column.name));
        return message === null ? [] : [{ message }];
      });
    },
  },
  {
    name: 'domain-with-check',
    severity: 'warning',
    safe: 'the base type, and a CHECK on the table, NOT VALID and then validated',
    find: ({ kind, fields }) => {
      const checks = nodesIn(fields, 'constraints').some(
        (constraint) => textIn(constraint.fields, 'contype') === 'CONSTR_CHECK',
      );
      return kind === 'CreateDomainStmt' && checks
        ? [{ message: 'a column of it that is added to a table rewrites the table' }]
        : [];
    },
  },
  {
    name: 'domain-check',
    severity: 'error',
    safe: 'ADD CONSTRAINT … NOT VALID, and VALIDATE in a transaction of its own',
    find: ({ kind, fields }) => {
      const [constraint] = nodesIn({ one: [fields['def']] }, 'one');
      const isAdded = kind === 'AlterDomainStmt' && textIn(fields, 'subtype') === 'C';
      if (!isAdded || flagIn(constraint?.fields ?? {}, 'skip_validation')) return [];
      return [{ message: 'every table with a column of it is read while nobody may write to it' }];
    },
  },
  {
    name: 'enum-value-without-place',
    severity: 'notice',
    safe: 'ADD VALUE … BEFORE or AFTER another',
    find: ({ kind, fields }) => {
      const isAdded = kind === 'AlterEnumStmt' && textIn(fields, 'oldVal') === '';
      if (!isAdded || textIn(fields, 'newValNeighbor') !== '') return [];
      return [
        {
          message: `'${textIn(fields, 'newVal')}' sorts after all others, and can never be taken away`,
        },
      ];
    },
  },
  {
    name: 'enum',
    severity: 'notice',
    safe: 'a table of its own with a foreign key, or text with a CHECK',
    find: ({ kind }) =>
      kind === 'CreateEnumStmt' ? [{ message: 'values of an enum can never be taken away' }] : [],
  },
];
