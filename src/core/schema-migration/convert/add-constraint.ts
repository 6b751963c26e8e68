import { type Fields, fieldsIn, flagIn, namesIn, nodeIn, textIn } from '../lint/syntax-tree.ts';
import type { Enforce, ForeignKeyAction } from '../operation.ts';
import { refuseUnsaidConstraint } from './refuse-unsaid.ts';
import type { TablePart } from './table-part.ts';
import { conditionText } from './column-text.ts';
import { type Draft, NotConvertible } from './draft.ts';
import { columnsOf } from './expression-shape.ts';
import { type GivenName, givenName } from './given-names.ts';

/** Where a constraint is written: in an ALTER TABLE, or in a table that is made. */
export type ConstraintPlace = Pick<TablePart, 'table' | 'tokens' | 'place'>;

type Add = (at: ConstraintPlace, constraint: Fields, draft: Draft, column?: string) => void;

/** @param column the column beside which it is written, if it is */
export function addConstraint(
  at: ConstraintPlace,
  constraint: Fields,
  draft: Draft,
  column?: string,
): void {
  const add = adders[textIn(constraint, 'contype')];
  if (add === undefined) {
    const words = 'an exclusion constraint reads every row under a lock, and no operation adds one';
    throw new NotConvertible(`${words}; make a new table that has it, and fill it`, at.place);
  }
  refuseUnsaidConstraint(constraint, at.place);
  const name = textIn(constraint, 'conname');
  if (!draft.droppedConstraints.has(name)) {
    add(at, constraint, draft, column);
    return;
  }
  add(at, { ...constraint, conname: `${name}_new` }, draft, column);
  const message = `name: ${name} is taken until contract drops it, so the new one is ${name}_new`;
  draft.pieces.at(-1)?.doubts.push({ place: at.place, message });
}

const adders: Readonly<Record<string, Add>> = {
  CONSTR_CHECK: addCheck,
  CONSTR_FOREIGN: addForeignKey,
  CONSTR_NOTNULL: (at, constraint, draft) => {
    for (const name of namesIn(constraint, 'keys')) {
      draft.column(at.table, name, at.place).notNull = true;
    }
  },
  CONSTR_PRIMARY: addPrimaryKey,
  CONSTR_UNIQUE: addUnique,
};

/** On a table that nobody has yet nobody is refused anything. */
const enforceOn = (table: string, draft: Draft): Enforce =>
  draft.newTable(table) === null ? 'contract' : 'expand';

/** VALIDATE CONSTRAINT belongs to what was added before. */
export function validateConstraint({ table, command, place }: TablePart, draft: Draft): void {
  const { name } = command;
  const known = draft.pieces.find(
    (one) =>
      one.kind === 'operation' &&
      one.operation.table === table &&
      'name' in one.operation &&
      one.operation.name === givenName(name).name,
  );
  if (known === undefined) {
    throw new NotConvertible(
      `this file does not add ${name}: VALIDATE CONSTRAINT keeps nobody waiting, run it by hand`,
      place,
    );
  }
  const at = known.doubts.findIndex(({ message }) => message === notValidated);
  if (at >= 0) known.doubts.splice(at, 1);
}

const notValidated =
  'the file leaves it NOT VALID: here verify looks for rows that break it, and contract validates it';

const unvalidated = (constraint: Fields): readonly string[] =>
  flagIn(constraint, 'skip_validation') ? [notValidated] : [];

function addCheck(at: ConstraintPlace, constraint: Fields, draft: Draft, column?: string): void {
  const { table, tokens, place } = at;
  const node = nodeIn(constraint, 'raw_expr');
  if (node === null) return;
  const check = conditionText(tokens, constraint, [table]);
  const read = columnsOf(node);
  const about = column ?? (read.length === 1 ? read[0] : undefined);
  const parts = [table, ...(about === undefined ? [] : [about]), 'check'];
  const { name, doubts } = givenName(textIn(constraint, 'conname'), ...parts);
  const one = { operation: 'addCheck', table, name, check } as const;
  const operation = { ...one, enforce: enforceOn(table, draft), replaces: null };
  draft.operation(place, operation, ...doubts, ...unvalidated(constraint));
}

const actions: Readonly<Record<string, ForeignKeyAction>> = {
  c: 'cascade',
  d: 'set default',
  n: 'set null',
  r: 'restrict',
};

function addForeignKey(
  at: ConstraintPlace,
  constraint: Fields,
  draft: Draft,
  column?: string,
): void {
  const { table, place } = at;
  const columns = column === undefined ? namesIn(constraint, 'fk_attrs') : [column];
  if (textIn(constraint, 'fk_matchtype') === 'f' || 'fk_del_set_cols' in constraint) {
    const words = 'no operation knows MATCH FULL, or SET NULL of some columns';
    throw new NotConvertible(`${words}; write the foreign key without it`, place);
  }
  const { schema, table: parent } = draft.leadTo(fieldsIn(constraint, 'pktable'));
  const named = namesIn(constraint, 'pk_attrs');
  const known =
    named.length > 0 ? named : (draft.newTable(parent)?.primaryKey ?? draft.known.key(parent));
  const guessed =
    known === null
      ? [`references: the file names no column of ${parent}, and its key is taken to be id`]
      : [];
  const { name, doubts } = givenName(textIn(constraint, 'conname'), table, ...columns, 'fkey');
  draft.operation(
    place,
    {
      operation: 'addForeignKey',
      table,
      name,
      columns,
      references: {
        schema,
        table: parent,
        columns: known ?? ['id'],
      },
      onDelete: actions[textIn(constraint, 'fk_del_action')] ?? 'no action',
      onUpdate: actions[textIn(constraint, 'fk_upd_action')] ?? 'no action',
      enforce: enforceOn(table, draft),
    },
    ...doubts,
    ...guessed,
    ...unvalidated(constraint),
  );
}

/** Columns of a key: as listed, or those of the index that it takes over. */
function keyOf(
  { table, place }: ConstraintPlace,
  constraint: Fields,
  draft: Draft,
  column: string | undefined,
): readonly string[] {
  const index = textIn(constraint, 'indexname');
  if (index === '') return column === undefined ? namesIn(constraint, 'keys') : [column];
  const built = draft.take('addUnique', (one) => one.table === table && one.name === index);
  if (built !== null) return built.columns;
  throw new NotConvertible(
    `the file does not build ${index}, so its columns are not known: write UNIQUE (…) or PRIMARY KEY (…)`,
    place,
  );
}

function addUnique(at: ConstraintPlace, constraint: Fields, draft: Draft, column?: string): void {
  const { table, place } = at;
  const columns = keyOf(at, constraint, draft, column);
  const include = namesIn(constraint, 'including');
  const { name, doubts }: GivenName = givenName(
    textIn(constraint, 'conname') || textIn(constraint, 'indexname'),
    table,
    ...columns,
    'key',
  );
  const nulls = flagIn(constraint, 'nulls_not_distinct') ? 'equal' : 'distinct';
  const enforce = enforceOn(table, draft);
  const one = { operation: 'addUnique', table, name, columns, include, nulls, enforce } as const;
  draft.operation(place, one, ...doubts);
}

function addPrimaryKey(
  at: ConstraintPlace,
  constraint: Fields,
  draft: Draft,
  column?: string,
): void {
  const { table, place } = at;
  const columns = keyOf(at, constraint, draft, column);
  const created = draft.newTable(table);
  if (created !== null) {
    created.primaryKey = columns;
    return;
  }
  const written = textIn(constraint, 'conname');
  const { name, doubts } = givenName(written === '' ? `${table}_pkey` : written);
  const one = { operation: 'addPrimaryKey', table, name, columns, enforce: 'contract' } as const;
  draft.operation(place, one, ...doubts);
}
