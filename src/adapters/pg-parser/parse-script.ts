import { loadModule, parseSync, type ScanToken, scanSync, SqlError } from 'libpg-query';
import type { Statement } from '../../core/schema-migration/lint/statement.ts';
import { nodeOf } from '../../core/schema-migration/lint/syntax-tree.ts';

/** A script that PostgreSQL's own grammar does not take. */
export interface SyntaxFault {
  readonly message: string;
  /** In letters (code points) from the beginning of the script. */
  readonly letter: number;
}

/** Longer names are cut by the server, in bytes. */
const longestName = 63;

/** The statements of a script, by the grammar of PostgreSQL 18. */
export async function parseScript(text: string): Promise<readonly Statement[] | SyntaxFault> {
  await loadModule();
  // The parser takes an empty text for a mistake.
  if (text.trim() === '') return [];
  try {
    return statementsOf(parseSync(text), scanSync(text).tokens, Buffer.from(text));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { message: error.message, letter: error.sqlDetails?.cursorPosition ?? 0 };
  }
}

function statementsOf(
  { stmts = [] }: ReturnType<typeof parseSync>,
  tokens: readonly ScanToken[],
  script: Buffer,
): readonly Statement[] {
  let ended = 0;
  return stmts.flatMap(({ stmt, stmt_location: from = 0, stmt_len: length = 0 }) => {
    const node = nodeOf(stmt);
    const end = length === 0 ? Infinity : from + length;
    // What stands above a statement belongs to it.
    const own = tokens.filter(({ start }) => start >= ended && start < end);
    ended = end;
    if (node === null) return [];
    const parts = partsOf(own, from);
    const text = script.toString('utf8', parts.place, Math.min(end, script.length)).trim();
    return { ...node, ...parts, text };
  });
}

function partsOf(
  tokens: readonly ScanToken[],
  from: number,
): Pick<Statement, 'place' | 'cutNames' | 'comments' | 'tokens'> {
  const isComment = ({ tokenName }: ScanToken): boolean => tokenName.endsWith('COMMENT');
  return {
    // The parser may count blanks before a statement as its own.
    place: tokens.find((token) => token.start >= from && !isComment(token))?.start ?? from,
    cutNames: tokens.filter(isCut).map(({ text }) => text),
    comments: tokens.filter(isComment).map(({ text, start }) => ({ text, place: start })),
    tokens: tokens
      .filter((token) => token.start >= from && !isComment(token))
      .map(({ text, start, end }) => ({ text, place: start, end })),
  };
}

function isCut({ tokenName, text }: ScanToken): boolean {
  const name = text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
  return tokenName === 'IDENT' && Buffer.byteLength(name) > longestName;
}
