import { RE2JS } from 're2js';

/** More expressions than this are forgotten at once; a service has a few dozen. */
const KEPT = 500;
/** Longer ones are refused: compiling takes time and memory by their length. */
const LONGEST = 2_000;

type Matcher = (text: string) => boolean;

const compiled = new Map<string, Matcher | null>();

/**
 * Prepares an expression of RE2's syntax, which no text can make slow; null when it is none. That is
 * the syntax of Unleash's operator `REGEX`.
 */
export function linearRegex(expression: string, caseInsensitive: boolean): Matcher | null {
  const key = `${caseInsensitive ? 'i' : 's'}${expression}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= KEPT) compiled.clear();
  const matcher = compile(expression, caseInsensitive);
  compiled.set(key, matcher);
  return matcher;
}

function compile(expression: string, caseInsensitive: boolean): Matcher | null {
  if (expression.length > LONGEST) return null;
  try {
    const regex = RE2JS.compile(expression, caseInsensitive ? RE2JS.CASE_INSENSITIVE : 0);
    return (text) => regex.matcher(text).find();
  } catch {
    return null;
  }
}
