import type { Rule } from '../rule.ts';
import { newColumns, newConstraints, type Statement } from '../statement.ts';
import { type Fields, flagIn, textIn } from '../syntax-tree.ts';

/** The first server that knows what is told here; the grammar is that of this version. */
const since = 18;

function newsOf(constraint: Fields): string | null {
  const contype = textIn(constraint, 'contype');
  const isVirtual = textIn(constraint, 'generated_kind') === 'v';
  if (contype === 'CONSTR_GENERATED' && isVirtual)
    return 'a column that is computed when it is read';
  // Within a column it stands beside the constraint, elsewhere in it.
  if (contype === 'CONSTR_ATTR_NOT_ENFORCED') return 'NOT ENFORCED';
  const mayBeUnenforced = contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN';
  return mayBeUnenforced && !flagIn(constraint, 'is_enforced') ? 'NOT ENFORCED' : null;
}

function news(statement: Statement): readonly string[] {
  const own = newConstraints(statement);
  const inColumns = newColumns(statement).flatMap(({ constraints }) => constraints);
  const named = own.some((one) => textIn(one, 'contype') === 'CONSTR_NOTNULL');
  const found = [...own, ...inColumns].flatMap((constraint) => newsOf(constraint) ?? []);
  return named ? [...found, 'NOT NULL as a constraint of its own'] : found;
}

export const versionRules: readonly Rule[] = [
  {
    name: 'newer-server',
    severity: 'error',
    safe: 'a column that is kept in step (addColumn), CHECK (… IS NOT NULL) NOT VALID; or a newer server',
    find: (statement, { server }) =>
      server >= since
        ? []
        : news(statement).map((what) => ({
            message: `PostgreSQL ${server} does not know ${what}; ${since} does`,
          })),
  },
];
