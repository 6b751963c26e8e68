import type { Token } from '../lint/statement.ts';

type Tokens = readonly Token[];

const opens = (text: string): boolean => text === '(' || text === '[';
const closes = (text: string): boolean => text === ')' || text === ']';

/** How far the first run reaches that `isEnd` does not end outside of brackets. */
function lengthUntil(tokens: Tokens, isEnd: (token: Token) => boolean): number {
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (closes(token.text)) depth -= 1;
    if (depth < 0 || (depth === 0 && isEnd(token))) return at;
    if (opens(token.text)) depth += 1;
  }
  return tokens.length;
}

export const isWord = ({ text }: Token, ...words: readonly string[]): boolean =>
  words.includes(text.toUpperCase());

/** What stands before the first of the words outside of brackets, or before the bracket around it ends. */
export function upTo(tokens: Tokens, ...words: readonly string[]): Tokens {
  return tokens.slice(
    0,
    lengthUntil(tokens, (token) => isWord(token, ...words)),
  );
}

/** What stands behind the first of the words outside of brackets; nothing where it is missing. */
export function behind(tokens: Tokens, ...words: readonly string[]): Tokens {
  return tokens.slice(upTo(tokens, ...words).length + 1);
}

/** What begins at a place, or behind it. */
export function from(tokens: Tokens, place: number): Tokens {
  return tokens.filter((token) => token.place >= place);
}

/** What the first bracket holds. */
export function inBrackets(tokens: Tokens): Tokens {
  const inner = tokens.slice(tokens.findIndex(({ text }) => text === '(') + 1);
  return inner.slice(
    0,
    lengthUntil(inner, () => false),
  );
}

/** Parts between commas outside of brackets. */
export function listed(tokens: Tokens): readonly Tokens[] {
  if (tokens.length === 0) return [];
  const first = upTo(tokens, ',');
  return [first, ...listed(tokens.slice(first.length + 1))];
}

/**
 * As it is written, on one line, and without the names of the row's own table before columns: an
 * expression of an operation names them bare.
 */
export function written(tokens: Tokens, qualifiers: readonly string[] = []): string {
  let text = '';
  let end: number | null = null;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const isQualifier = qualifiers.includes(folded(token.text)) && tokens[at + 1]?.text === '.';
    if (end !== null && token.place > end) text += ' ';
    if (isQualifier) at += 1;
    else text += token.text;
    end = tokens[at]?.end ?? null;
  }
  return text;
}

/** A name as the server knows it. */
function folded(name: string): string {
  if (!name.startsWith('"')) return name.toLowerCase();
  return name.slice(1, -1).replaceAll('""', '"');
}
