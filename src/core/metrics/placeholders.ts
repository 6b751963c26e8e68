import { matcherOf, type OwnSeries } from './own-series.ts';
import { promqlTokens, type PromqlToken } from './promql-tokens.ts';

/** Stands between braces for the matcher that picks out the rollout's own series. */
const rollout = '$rollout';

/** Stands between square brackets for the length of the window that is asked for. */
const window = '$window';

/**
 * What is wrong with the placeholders of an expression, in words; empty when nothing is. A
 * placeholder in quotes would be text, so it is refused rather than left alone.
 */
export function placeholderFaults(text: string): readonly string[] {
  return promqlTokens(text).flatMap((token) => {
    const fault = faultOf(token);
    return fault === null ? [] : [fault];
  });
}

function faultOf({ kind, text, inside }: PromqlToken): string | null {
  if (kind === 'string') {
    const found = [rollout, window].find((name) => text.includes(name));
    return found === undefined ? null : `\`${found}\` stands in quotes, where it means nothing`;
  }
  if (kind !== 'placeholder') return null;
  if (text === rollout) {
    return inside.endsWith('{')
      ? null
      : '`$rollout` stands for a label matcher; write it between braces, such as `requests_total{$rollout}`';
  }
  if (text === window) {
    return inside.endsWith('[')
      ? null
      : '`$window` stands for a duration; write it between square brackets, such as `requests_total[$window]`';
  }
  return `unknown placeholder \`${text}\`; expected \`$rollout\` or \`$window\``;
}

/** `text` with every `$rollout` turned into a matcher for those series, quoted whatever it holds. */
export function expandRollout(text: string, own: OwnSeries): string {
  return expand(text, rollout, matcherOf(own));
}

/** `text` with every `$window` turned into a duration of so many whole milliseconds. */
export function expandWindow(text: string, windowMs: number): string {
  return expand(text, window, `${Math.round(windowMs)}ms`);
}

export function hasWindow(text: string): boolean {
  return promqlTokens(text).some(
    ({ kind, text: found }) => kind === 'placeholder' && found === window,
  );
}

function expand(text: string, name: string, value: string): string {
  let expanded = '';
  let from = 0;
  for (const token of promqlTokens(text)) {
    if (token.kind !== 'placeholder' || token.text !== name) continue;
    expanded += text.slice(from, token.at) + value;
    from = token.at + token.text.length;
  }
  return expanded + text.slice(from);
}

/** Whether a token stands for the rollout's own series. */
export function isRollout({ kind, text }: PromqlToken): boolean {
  return kind === 'placeholder' && text === rollout;
}
