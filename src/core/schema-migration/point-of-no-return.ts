import { CrossfadeError } from '../errors.ts';
import type { TableCatalog } from './catalog.ts';
import { mentionedNames, renamedIn } from './expression.ts';
import { quoteExisting, quoteLiteral } from './identifier.ts';
import type { Reversible } from './operation.ts';

/** Kind of a quarantined row whose new value lies past the point of no return; it blocks no gate. */
export const NO_RETURN = 'noReturn';

/** True, in SQL, for a quarantined row that somebody has to mend before contract. */
export function blocks(alias = ''): string {
  return `${alias}kind <> 'conflict' AND ${alias}kind <> '${NO_RETURN}'`;
}

interface Declared {
  readonly reversible?: Reversible | undefined;
  readonly table: TableCatalog;
  readonly name: string;
}

/**
 * The condition of `reversible` over the column as the table calls it.
 * @throws CrossfadeError `invalidInput` where it speaks of other columns, which change for other reasons
 */
export function returnCondition(
  { reversible, table, name }: Declared,
  column: string,
): string | null {
  if (reversible === undefined) return null;
  const place = `reversible of ${table.name}.${name}`;
  const mentioned = mentionedNames(reversible.while, place);
  const other = table.columns.find((one) => one.name !== name && mentioned.has(one.name));
  if (other !== undefined || !mentioned.has(name)) {
    const found = other === undefined ? 'It does not mention it.' : `It mentions ${other.name}.`;
    throw new CrossfadeError(
      'invalidInput',
      `${place} must be a condition on ${name} alone, such as \`${name} <= 2147483647\`. ${found}`,
    );
  }
  return renamedIn(reversible.while, name, quoteExisting(column), place);
}

/** True, in SQL, where the new value lies past the point of no return; null where there is none. */
export function isPastReturn({ returns }: { readonly returns: string | null }): string | null {
  return returns === null ? null : `NOT coalesce((${returns}), true)`;
}

/** A condition that counts only for values that have to come back. */
export function whereItReturns(
  pair: { readonly returns: string | null },
  condition: string,
): string {
  const past = isPastReturn(pair);
  return past === null ? condition : `(CASE WHEN ${past} THEN false ELSE ${condition} END)`;
}

/** What a quarantined row says of itself. */
export function pastReturnMessage({ returns }: { readonly returns: string | null }): string {
  return `past the point of no return: ${returns ?? ''} does not hold`;
}

/**
 * For the sync function, after the new side has written. Whether the value comes back by chance or not:
 * it is the author who says how far the way back leads.
 */
export function judgeReturn(pair: { readonly returns: string | null }): readonly string[] {
  const past = isPastReturn(pair);
  if (past === null) return [];
  return [
    '    BEGIN',
    `      IF ${past} THEN`,
    `        _crossfade_kind := '${NO_RETURN}';`,
    `        _crossfade_message := ${quoteLiteral(pastReturnMessage(pair))};`,
    '      END IF;',
    '    EXCEPTION WHEN OTHERS THEN',
    `      _crossfade_kind := 'error'; _crossfade_message := SQLERRM;`,
    '    END;',
  ];
}
