import { promqlTokens, type PromqlToken } from './promql-tokens.ts';

/** Words after which a list of labels follows in parentheses. */
const beforeLabels = ['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'];

/** Other words that are no metric. */
const reserved = ['and', 'or', 'unless', 'atan2', 'bool', 'offset', 'inf', 'nan'];

/**
 * The series selectors that an expression reads, without range, offset and repetition, in their
 * order: `sum(rate(a{x="1"}[1m])) / b` reads `a{x="1"}` and `b`. Their samples tell how fresh the
 * expression's value is, which the value itself does not: `rate` answers for a while after the last
 * scrape, and `or vector(0)` for ever.
 */
export function selectorsOf(text: string): readonly string[] {
  const tokens = promqlTokens(text);
  const found = new Set<string>();
  for (let index = 0; index < tokens.length;) {
    const token = tokens[index] as PromqlToken;
    const next = tokens[index + 1];
    if (token.inside.includes('[') || token.text === '[') index += 1;
    else if (isLabelList(token, next)) index = endOf(tokens, index + 1);
    else if (isMetric(token, tokens, index) || token.text === '{') {
      const braces = token.text === '{' ? index : index + 1;
      const end = tokens[braces]?.text === '{' ? endOf(tokens, braces) : index + 1;
      found.add(text.slice(token.at, endAt(tokens[end - 1] ?? token)));
      index = end;
    } else index += 1;
  }
  return [...found];
}

function isLabelList(token: PromqlToken, next: PromqlToken | undefined): boolean {
  return token.kind === 'word' && beforeLabels.includes(lower(token)) && next?.text === '(';
}

function isMetric(token: PromqlToken, tokens: readonly PromqlToken[], index: number): boolean {
  if (token.kind !== 'word') return false;
  const next = tokens[index + 1];
  const isFunction =
    next?.text === '(' || (next?.kind === 'word' && ['by', 'without'].includes(lower(next)));
  return !isFunction && !reserved.includes(lower(token)) && !beforeLabels.includes(lower(token));
}

/** Index of the token after the bracket that closes the one at `open`. */
function endOf(tokens: readonly PromqlToken[], open: number): number {
  const depth = tokens[open]?.inside.length ?? 0;
  const end = tokens.findIndex(
    ({ text, inside }, index) => index > open && inside.length === depth && ')}'.includes(text),
  );
  return end < 0 ? tokens.length : end + 1;
}

function endAt({ at, text }: PromqlToken): number {
  return at + text.length;
}

function lower({ text }: PromqlToken): string {
  return text.toLowerCase();
}
