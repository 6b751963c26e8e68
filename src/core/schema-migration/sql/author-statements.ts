import { CrossfadeError } from '../../errors.ts';

/** One statement of an author. */
export interface AuthorStatement {
  /** Without the comments. */
  readonly sql: string;
  /** In lower case, one space between words, and nothing inside of quotes. */
  readonly skeleton: string;
}

/**
 * The statements of a text, as semicolons outside of quotes and comments part them.
 * @param place where it stands, for messages
 * @throws CrossfadeError `invalidInput` for a text that ends in the middle of something
 */
export function authorStatements(text: string, place: string): readonly AuthorStatement[] {
  const statements: AuthorStatement[] = [];
  let [sql, skeleton, at] = ['', '', 0];
  const end = (): void => {
    const one = { sql: sql.trim(), skeleton: skeleton.replaceAll(/\s+/g, ' ').trim() };
    if (one.sql !== '') statements.push(one);
    [sql, skeleton] = ['', ''];
  };
  while (at < text.length) {
    const next = tokenEnd(text, at, place);
    const token = text.slice(at, next);
    if (token === ';') end();
    else if (/^(--|\/\*)/.test(token)) [sql, skeleton] = [`${sql} `, `${skeleton} `];
    else [sql, skeleton] = [sql + token, skeleton + bare(token)];
    at = next;
  }
  end();
  return statements;
}

function bare(token: string): string {
  if (token.length === 1) return token.toLowerCase();
  return token.startsWith('"') ? '"quoted"' : `''`;
}

/** Where the token ends that begins at `at`: a quoted text, a comment, or one character. */
function tokenEnd(text: string, at: number, place: string): number {
  const rest = text.slice(at);
  if (rest.startsWith('--')) return at + (/\n|$/.exec(rest)?.index ?? 0);
  if (rest.startsWith('/*')) return commentEnd(text, at, place);
  const isStart = !/[\w$\u0080-\uffff]/.test(text.charAt(at - 1));
  if (/^e'/i.test(rest) && isStart) return quotedEnd(text, at + 1, true, place);
  if (/^['"]/.test(rest)) return quotedEnd(text, at, false, place);
  const tag = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(rest)?.[0];
  if (tag === undefined || !isStart) return at + 1;
  const close = text.indexOf(tag, at + tag.length);
  if (close < 0) throw unclosed(place, tag);
  return close + tag.length;
}

/** Comments of this kind nest. */
function commentEnd(text: string, start: number, place: string): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  throw unclosed(place, '/*');
}

function quotedEnd(text: string, at: number, escapes: boolean, place: string): number {
  const quote = text.charAt(at);
  let end = at + 1;
  while (end < text.length) {
    if (escapes && text.charAt(end) === '\\') end += 2;
    else if (text.charAt(end) !== quote) end += 1;
    else if (text.charAt(end + 1) === quote) end += 2;
    else return end + 1;
  }
  throw unclosed(place, quote);
}

const unclosed = (place: string, mark: string): CrossfadeError =>
  new CrossfadeError('invalidInput', `${place}: what ${mark} opens is never closed.`);
