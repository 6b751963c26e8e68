import { promqlTokens, type PromqlToken } from '../metrics/promql-tokens.ts';

/** One condition on a label, such as `status=~"5.."`. */
export interface Matcher {
  readonly label: string;
  readonly text: string;
}

/** A series selector taken apart; `name` is null where it picks series by their labels alone. */
export interface SelectorParts {
  readonly name: string | null;
  readonly matchers: readonly Matcher[];
}

/** Takes one selector apart, as `selectorsOf` finds them: `a{x="1",y!~"2"}`. */
export function selectorParts(selector: string): SelectorParts {
  const tokens = promqlTokens(selector);
  const [first] = tokens;
  const matchers: Matcher[] = [];
  let words: PromqlToken[] = [];
  const close = (): void => {
    const [label, last] = [words[0], words.at(-1)];
    if (label !== undefined && last !== undefined) {
      const text = selector.slice(label.at, last.at + last.text.length);
      matchers.push({ label: label.text, text });
    }
    words = [];
  };
  for (const token of tokens.filter(({ inside }) => inside === '{')) {
    if (token.text === ',') close();
    else words.push(token);
  }
  close();
  return { name: first?.kind === 'word' ? first.text : null, matchers };
}

/** The longest word of a metric's name: others with it may be what was meant. */
export function tellingWord(name: string): string {
  const words = name.split(/[_:]+/);
  return words.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** Names that share the most words with a name that is not there, at most three. */
export function namesLike(name: string, candidates: readonly string[]): readonly string[] {
  const words = new Set(name.split(/[_:]+/));
  const shared = (other: string): number =>
    other.split(/[_:]+/).filter((word) => words.has(word)).length;
  return candidates
    .filter((other) => other !== name)
    .toSorted((a, b) => shared(b) - shared(a) || (a < b ? -1 : 1))
    .slice(0, 3);
}
