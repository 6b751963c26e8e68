import type { GrantCatalog, TableCatalog } from '../catalog.ts';
import { quoteExisting, quoteLiteral } from '../identifier.ts';
import { roleOf } from '../version-views.ts';
import { tableAt } from './table-pair.ts';
import type { TablePair } from './table-pair.ts';

/** Two tables, and the columns of the old one that the sync writes. */
type Lending = Pick<TablePair, 'id' | 'migration' | 'wide' | 'narrow'> & {
  readonly columns: readonly { readonly names: { readonly wide: string } }[];
};

/**
 * The sync writes with the rights of whoever writes, so who may write one of the two tables needs
 * rights on the other. Those on a table that the migration made go with it; those on a table of the
 * application are lent, and written down.
 */
export function rightsOnNarrow(pair: Lending, wide: TableCatalog): readonly string[] {
  const table = tableAt(pair, 'narrow');
  return [...byRole(pair, wide)].map(
    ([role, held]) => `GRANT ${privileges(held).join(', ')} ON ${table} TO ${role}`,
  );
}

/** Who may insert or delete wide rows only has to be able to take a narrow row's values over. */
export function rightsOnWide(pair: Lending, wide: TableCatalog): readonly string[] {
  const table = tableAt(pair, 'wide');
  const columns = pair.columns.map(({ names }) => quoteExisting(names.wide)).join(', ');
  return [...byRole(pair, wide)]
    .filter(([, held]) => (held.has('INSERT') || held.has('DELETE')) && !held.has('UPDATE'))
    .flatMap(([role]) => lend(pair, `UPDATE (${columns}) ON ${table}`, role));
}

/**
 * Whoever may write one of two tables of the application gets what the sync needs on the other, and
 * does not have there.
 */
export function lentForMerge(
  pair: TablePair,
  { wide, narrow }: { readonly wide: TableCatalog; readonly narrow: TableCatalog },
): readonly string[] {
  const [onWide, onNarrow] = [wholeTable(wide), wholeTable(narrow)];
  const key = pair.key.map((part) => quoteExisting(part.wide));
  const made = pair.columns.map(({ names }) => quoteExisting(names.wide));
  const forOld = [...onNarrow]
    .filter(([, held]) => writes(held))
    .flatMap(([role]) => {
      const held = onWide.get(role) ?? new Set();
      return [
        ...(held.has('SELECT') ? [] : [`SELECT (${[...key, ...made].join(', ')})`]),
        ...(held.has('UPDATE') ? [] : [`UPDATE (${made.join(', ')})`]),
      ].flatMap((right) => lend(pair, `${right} ON ${tableAt(pair, 'wide')}`, role));
    });
  const forNew = [...onWide]
    .filter(([, held]) => writes(held))
    .flatMap(([role, held]) => {
      const wanted = new Set([...privileges(held), 'SELECT', 'DELETE']);
      const lacking = [...wanted].filter((one) => onNarrow.get(role)?.has(one) !== true);
      if (lacking.length === 0) return [];
      return lend(pair, `${lacking.join(', ')} ON ${tableAt(pair, 'narrow')}`, role);
    });
  return [...forOld, ...forNew];
}

const writes = (held: Held): boolean =>
  ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'].some((one) => held.has(one));

/** What roles may do with all columns of a table. */
function wholeTable({ grants }: TableCatalog): ReadonlyMap<string, Held> {
  const roles = new Map<string, Set<string>>();
  for (const grant of grants.filter(({ column }) => column === null)) {
    const role = roleOf(grant);
    roles.set(role, (roles.get(role) ?? new Set()).add(grant.privilege));
  }
  return roles;
}

/** Given for as long as both versions live. */
function lend(pair: Pick<Lending, 'id'>, right: string, role: string): readonly string[] {
  const words = [pair.id, `REVOKE ${right} FROM ${role}`].map(quoteLiteral).join(', ');
  return [
    `GRANT ${right} TO ${role}`,
    `INSERT INTO crossfade.lent (operation, revoke) VALUES (${words})`,
  ];
}

/** Takes back what was lent. */
export function takeBack(id: string): string {
  const operation = quoteLiteral(id);
  return (
    'DO $crossfade$ DECLARE one record; BEGIN ' +
    `FOR one IN DELETE FROM crossfade.lent WHERE operation = ${operation} RETURNING revoke LOOP ` +
    'EXECUTE one.revoke; END LOOP; END $crossfade$'
  );
}

type Held = ReadonlySet<string>;

/** What roles may do with the moved columns, by name. */
function byRole(pair: Lending, wide: TableCatalog): ReadonlyMap<string, Held> {
  const moved = new Set(pair.columns.map(({ names }) => names.wide));
  const roles = new Map<string, Set<string>>();
  for (const grant of wide.grants.filter((one) => concerns(one, moved))) {
    const role = roleOf(grant);
    roles.set(role, (roles.get(role) ?? new Set()).add(grant.privilege));
  }
  return roles;
}

const MIRRORED = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']);

/** A right to read some columns alone says nothing of a whole row. */
function concerns({ column, privilege }: GrantCatalog, moved: ReadonlySet<string>): boolean {
  if (!MIRRORED.has(privilege)) return false;
  return column === null || (privilege !== 'SELECT' && moved.has(column));
}

function privileges(held: Held): readonly string[] {
  const writes = held.has('INSERT') || held.has('UPDATE');
  return [
    ...(held.has('SELECT') ? ['SELECT'] : []),
    ...(writes ? ['INSERT', 'UPDATE'] : []),
    // What belonged to a partition that is truncated alone is deleted.
    ...(held.has('DELETE') || held.has('TRUNCATE') ? ['DELETE'] : []),
    ...(held.has('TRUNCATE') ? ['TRUNCATE'] : []),
  ];
}
