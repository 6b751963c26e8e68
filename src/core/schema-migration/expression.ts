import { CrossfadeError } from '../errors.ts';

const WORD_START = /[A-Za-z_\u0080-\uffff]/;
const WORD = /[A-Za-z0-9_$\u0080-\uffff]/;

const DEPTH: Readonly<Record<string, number>> = { '(': 1, '[': 1, ')': -1, ']': -1 };

/** Where an expression stands, for messages: `up of users.birthdate`. */
type Place = string;

/**
 * The names that an SQL expression mentions: every word outside strings and comments, folded as
 * PostgreSQL folds it, and every quoted name as it is. Function names and keywords are among them;
 * who intersects this with a table's columns gets a superset of the columns that it reads.
 * @throws CrossfadeError `invalidInput` when the text is not one closed expression
 */
export function mentionedNames(sql: string, place: Place): ReadonlySet<string> {
  // It would end the body of the functions that the expression becomes part of.
  if (sql.includes('$crossfade$')) throw notOneExpression(place, '$crossfade$ is reserved');
  const names = new Set<string>();
  let depth = 0;
  let at = 0;
  while (at < sql.length) {
    const token = nextToken(sql, at, place);
    if (token.name !== null) names.add(token.name);
    depth += token.depth;
    if (depth < 0) throw notOneExpression(place, 'a parenthesis closes that was never opened');
    at = token.end;
  }
  if (depth !== 0) throw notOneExpression(place, 'a parenthesis is never closed');
  if (names.has('select')) {
    throw new CrossfadeError(
      'unsupported',
      `${place} contains SELECT. An expression may read only columns of its own row.`,
    );
  }
  return names;
}

/** A person may write a column's name large; PostgreSQL's large words are never a column. */
export type WrittenBy = 'person' | 'server';

/**
 * The expression with one name in the place of another. Only a bare name is replaced: what follows a
 * dot belongs to something else, and what stands before a parenthesis is a function.
 * @param to a name as SQL writes it, quoted where it must be
 */
export function renamedIn(
  sql: string,
  from: string,
  to: string,
  place: Place,
  writtenBy: WrittenBy = 'person',
): string {
  let [renamed, at, before] = ['', 0, ''];
  while (at < sql.length) {
    const token = nextToken(sql, at, place);
    const text = sql.slice(at, token.end);
    const isBare = !/(\.|::)$/.test(before) && !/^\s*[.(]/.test(sql.slice(token.end));
    const isKeyword = writtenBy === 'server' && /^[A-Z]+$/.test(text);
    renamed += token.name === from && isBare && !isKeyword ? to : text;
    before = (before + text).trim().slice(-2);
    at = token.end;
  }
  return renamed;
}

interface Token {
  readonly end: number;
  readonly name: string | null;
  readonly depth: number;
}

function nextToken(sql: string, at: number, place: Place): Token {
  const char = sql.charAt(at);
  if (/^(--|\/\*)/.test(sql.slice(at, at + 2)))
    throw notOneExpression(place, 'comments have no place in it');
  if (char === ';') throw notOneExpression(place, 'a semicolon ends it');
  if (char === '$') return dollarQuoted(sql, at, place);
  if (char === "'") return skip(quotedEnd(sql, at, "'", false, place));
  if (char === '"') {
    const end = quotedEnd(sql, at, '"', false, place);
    return { end, name: sql.slice(at + 1, end - 1).replaceAll('""', '"'), depth: 0 };
  }
  if (WORD_START.test(char)) return word(sql, at, place);
  if (/[0-9]/.test(char)) return skip(numberEnd(sql, at));
  return { end: at + 1, name: null, depth: DEPTH[char] ?? 0 };
}

/** `E'..'` knows backslash escapes; `U&".."` would hide a name from us. */
function word(sql: string, at: number, place: Place): Token {
  const char = sql.charAt(at).toLowerCase();
  const next = sql.charAt(at + 1);
  if (char === 'e' && next === "'") return skip(quotedEnd(sql, at + 1, "'", true, place));
  if (char === 'u' && next === '&' && /["']/.test(sql.charAt(at + 2))) {
    throw notOneExpression(place, 'U& quotes are not supported');
  }
  let end = at + 1;
  while (end < sql.length && WORD.test(sql.charAt(end))) end += 1;
  // Only ASCII is folded, as PostgreSQL does in multi-byte encodings.
  const name = sql.slice(at, end).replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return { end, name, depth: 0 };
}

function numberEnd(sql: string, at: number): number {
  let end = at + 1;
  while (end < sql.length && /[0-9a-zA-Z_.]/.test(sql.charAt(end))) end += 1;
  return end;
}

function dollarQuoted(sql: string, at: number, place: Place): Token {
  const tag = /^\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$/.exec(sql.slice(at))?.[0];
  if (tag === undefined) throw notOneExpression(place, 'parameters such as $1 have no value here');
  const close = sql.indexOf(tag, at + tag.length);
  if (close < 0) throw notOneExpression(place, `the text that ${tag} opens is never closed`);
  return skip(close + tag.length);
}

function quotedEnd(sql: string, at: number, quote: string, escapes: boolean, place: Place): number {
  let end = at + 1;
  while (end < sql.length) {
    if (escapes && sql.charAt(end) === '\\') end += 2;
    else if (sql.charAt(end) !== quote) end += 1;
    else if (sql.charAt(end + 1) === quote) end += 2;
    else return end + 1;
  }
  throw notOneExpression(place, `a ${quote} is never closed`);
}

const skip = (end: number): Token => ({ end, name: null, depth: 0 });

function notOneExpression(place: Place, why: string): CrossfadeError {
  return new CrossfadeError('invalidInput', `${place} is not one SQL expression: ${why}.`);
}
