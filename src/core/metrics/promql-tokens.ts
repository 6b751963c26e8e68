/** A piece of a PromQL expression. Spaces and comments are left out. */
export interface PromqlToken {
  readonly kind: 'string' | 'word' | 'number' | 'placeholder' | 'sign';
  readonly text: string;
  /** Position of its first character. */
  readonly at: number;
  /** The brackets that it stands in, outermost first; an opening one is not inside of itself. */
  readonly inside: string;
}

const pattern = new RegExp(
  [
    String.raw`(?<space>\s+|#[^\n]*)`,
    String.raw`(?<string>"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\x60[^\x60]*\x60)`,
    String.raw`(?<placeholder>\$\w+|\$\{[^}]*\})`,
    String.raw`(?<word>[A-Za-z_:][\w:]*)`,
    String.raw`(?<number>\d[\w.]*)`,
    String.raw`(?<sign>[\s\S])`,
  ].join('|'),
  'gy',
);

const closes: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };

/**
 * Cuts a PromQL expression into tokens, whether or not it is valid: Prometheus itself says what is
 * wrong with it. What stands in quotes is one token, so nothing in it is mistaken for syntax.
 */
export function promqlTokens(text: string): readonly PromqlToken[] {
  const tokens: PromqlToken[] = [];
  let inside = '';
  for (const match of text.matchAll(pattern)) {
    const [kind, found] =
      Object.entries(match.groups ?? {}).find(([, part]) => part !== undefined) ?? [];
    if (kind === undefined || found === undefined || kind === 'space') continue;
    if (closes[found] !== undefined && inside.endsWith(closes[found])) inside = inside.slice(0, -1);
    tokens.push({ kind: kind as PromqlToken['kind'], text: found, at: match.index, inside });
    if (kind === 'sign' && '({['.includes(found)) inside += found;
  }
  return tokens;
}
