import { Lexer } from 'yaml';

/** Largest file in bytes of UTF-8, and deepest nesting of mappings and lists. */
export const limits = { bytes: 256 * 1024, depth: 32 } as const;

/** Length in UTF-8 without an encoder, which the language folder has none of. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else bytes += code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const opening = new Set(['[', '{']);
const closing = new Set([']', '}']);
const indicators = new Set(['-', '?', ':']);

/**
 * The offset at which brackets, or indicators in a row, nest deeper than the limit; null when they
 * do not. The composer recurses, so this must be known before it runs; nesting by indentation
 * cannot get far within the size limit and is counted while the tree is read.
 */
export function tooDeepAt(text: string): number | null {
  let offset = 0;
  let brackets = 0;
  let inRow = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (opening.has(lexeme)) brackets += 1;
    if (closing.has(lexeme)) brackets = Math.max(0, brackets - 1);
    if (indicators.has(lexeme)) inRow += 1;
    else if (lexeme.trim() !== '' || lexeme.includes('\n')) inRow = 0;
    if (brackets > limits.depth || inRow > limits.depth) return offset;
    if (!isMark(lexeme)) offset += lexeme.length;
  }
  return null;
}

/** Lexemes that announce something and are not written in the text themselves. */
function isMark(lexeme: string): boolean {
  return lexeme === '\u{FEFF}' || lexeme === '\u{02}' || lexeme === '\u{18}' || lexeme === '\u{1F}';
}
