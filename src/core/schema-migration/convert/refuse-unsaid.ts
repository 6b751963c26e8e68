import { columnOf } from '../lint/statement.ts';
import { type Fields, flagIn, placeIn, type SyntaxNode, textIn } from '../lint/syntax-tree.ts';
import { NotConvertible } from './draft.ts';

/** What may stand beside a column and is read. */
const said = new Set(
  ['NULL', 'NOTNULL', 'DEFAULT', 'CHECK', 'FOREIGN', 'UNIQUE', 'PRIMARY', 'IDENTITY'].map(
    (kind) => `CONSTR_${kind}`,
  ),
);

/** Refuses a column of which an operation could say a part only. */
export function refuseUnsaidColumn(definition: SyntaxNode): void {
  const { fields } = definition;
  const { name = '', constraints = [] } = columnOf(definition) ?? {};
  const isWhole =
    constraints.every((one) => said.has(textIn(one, 'contype'))) &&
    ['collClause', 'storage_name', 'compression'].every((field) => !(field in fields));
  if (isWhole) return;
  throw new NotConvertible(
    `${name}: no operation says DEFERRABLE, GENERATED … STORED, COLLATE, STORAGE or COMPRESSION of a column: ` +
      'leave it out, or make the column in an operation `sql`',
    placeIn(fields),
  );
}

/** Refuses a constraint of which an operation could say a part only. */
export function refuseUnsaidConstraint(constraint: Fields, place: number): void {
  const isEnforceable = /CHECK|FOREIGN/.test(textIn(constraint, 'contype'));
  const isLoose = isEnforceable && !flagIn(constraint, 'is_enforced');
  const isApart = flagIn(constraint, 'deferrable') || flagIn(constraint, 'is_no_inherit');
  if (!isLoose && !isApart) return;
  throw new NotConvertible(
    'no operation adds a constraint that is DEFERRABLE, NOT ENFORCED or NO INHERIT: leave that out, or run it by hand',
    place,
  );
}

/** Refuses a table of which createTable could say a part only. */
export function refuseUnsaidTable({ fields }: SyntaxNode, relation: Fields): void {
  const isPlain =
    textIn(relation, 'relpersistence') === 'p' &&
    ['options', 'tablespacename', 'accessMethod', 'ofTypename'].every(
      (field) => !(field in fields),
    );
  if (isPlain) return;
  throw new NotConvertible(
    'createTable makes plain tables: leave UNLOGGED, TEMPORARY, WITH, USING and TABLESPACE out, or run it by hand',
  );
}
