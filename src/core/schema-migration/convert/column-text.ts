import type { Token } from '../lint/statement.ts';
import { type Fields, fieldsIn, placeIn, type SyntaxNode, textIn } from '../lint/syntax-tree.ts';
import { behind, from, inBrackets, isWord, upTo, written } from './written-sql.ts';

/** Words that end a type outside of its brackets. */
const afterType = [
  ',',
  'CHECK',
  'COLLATE',
  'COMPRESSION',
  'CONSTRAINT',
  'DEFAULT',
  'GENERATED',
  'NOT',
  'NULL',
  'PRIMARY',
  'REFERENCES',
  'STORAGE',
  'UNIQUE',
  'USING',
];

/** A column's type as it is written; a plain name loses its quotes. */
export function columnText(tokens: readonly Token[], { fields }: SyntaxNode): string {
  const place = placeIn(fieldsIn(fields, 'typeName')) ?? 0;
  const type = written(upTo(from(tokens, place), ...afterType));
  return type.replaceAll(/"([a-z_][a-z0-9_]*)"/g, '$1').replace(/^(public|pg_catalog)\./, '');
}

/** The default as it is written; null for none. */
export function defaultText(
  tokens: readonly Token[],
  constraints: readonly Fields[],
): string | null {
  const found = constraints.find((one) => textIn(one, 'contype') === 'CONSTR_DEFAULT');
  if (found === undefined) return null;
  const place = placeIn(found) ?? 0;
  const next = constraints.map((one) => placeIn(one) ?? 0).filter((one) => one > place);
  const end = Math.min(...next, Infinity);
  const rest = behind(from(tokens, place), 'DEFAULT').filter((token) => token.place < end);
  return written(upTo(rest, ',', 'COLLATE', 'CONSTRAINT'));
}

/** The condition of a CHECK, whose `fields` tell where it begins. */
export function conditionText(
  tokens: readonly Token[],
  fields: Fields,
  qualifiers: readonly string[],
): string {
  const rest = from(tokens, placeIn(fields) ?? 0);
  const check = rest.findIndex((token) => isWord(token, 'CHECK'));
  return written(inBrackets(rest.slice(check)), qualifiers);
}
