import { isRollout } from './placeholders.ts';
import { promqlTokens, type PromqlToken } from './promql-tokens.ts';

/** Aggregations that give each group what it would be given alone. */
const aggregations = new Set(
  'sum min max avg count group stddev stdvar quantile topk bottomk'.split(' '),
);

/** Functions that look at one series at a time, or at those that differ in `le` alone. */
const perSeries = new Set(
  [
    'abs ceil floor round sgn sqrt exp ln log2 log10 clamp clamp_min clamp_max timestamp',
    'rate irate increase delta idelta deriv resets changes predict_linear',
    'avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time',
    'quantile_over_time stddev_over_time stdvar_over_time present_over_time',
    'histogram_quantile histogram_count histogram_sum histogram_avg histogram_fraction',
  ].flatMap((words) => words.split(' ')),
);

const grouping = new Set(['by', 'on']);
const leavingOut = new Set(['without', 'ignoring']);
const adding = ['group_left', 'group_right'];
const beforeLabels = new Set([...grouping, ...leavingOut, ...adding]);
const operators = new Set([
  'and',
  'or',
  'unless',
  'atan2',
  'bool',
  'offset',
  'inf',
  'nan',
  ...adding,
]);

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/**
 * An expression whose result keeps `label` apart, so that it can be asked for many values of the label
 * at once: each value gets what it would get if the expression were asked for it alone. Null where that
 * cannot be promised: a selector without `$rollout`, a function that looks at all series together or
 * makes some of its own (`absent`, `vector`, `label_replace`), brackets that do not match.
 */
export function keepLabel(text: string, label: string): string | null {
  const tokens = promqlTokens(text);
  if (!isBalanced(tokens)) return null;
  const insertions: Insertion[] = [];
  let selectors = 0;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as PromqlToken;
    if (token.inside.includes('{') || token.inside.includes('[')) continue;
    if (token.text === '{') {
      if (!hasRollout(tokens, index)) return null;
      selectors += 1;
    }
    if (token.kind === 'placeholder') return null;
    if (token.kind !== 'word') continue;
    const found = ofWord(tokens, index, label);
    if (found === null) return null;
    insertions.push(...found.insertions);
    index = found.next - 1;
  }
  return selectors === 0 ? null : inserted(text, insertions);
}

/** Where a plain selector of the rollout's own series stands alone. */
export function isOwnSelector(text: string): boolean {
  const tokens = promqlTokens(text);
  const open = tokens.findIndex((token) => token.text === '{');
  const isOne = open === 0 || (open === 1 && tokens[0]?.kind === 'word');
  return (
    isOne && isBalanced(tokens) && endOf(tokens, open) === tokens.length && hasRollout(tokens, open)
  );
}

interface Word {
  readonly insertions: readonly Insertion[];
  /** Index of the token to go on with. */
  readonly next: number;
}

function ofWord(tokens: readonly PromqlToken[], index: number, label: string): Word | null {
  const token = tokens[index] as PromqlToken;
  const word = token.text.toLowerCase();
  const next = tokens[index + 1]?.text;
  const goOn = { insertions: [], next: index + 1 };
  if (beforeLabels.has(word) && next === '(') return ofLabels(tokens, index, label);
  if (operators.has(word)) return goOn;
  if (aggregations.has(word)) {
    if (hasClause(tokens, index)) return goOn;
    return { ...goOn, insertions: [{ at: endAt(token), text: ` by (${label})` }] };
  }
  // A metric without labels reads the series of all rollouts.
  const isKept = next === '(' ? perSeries.has(word) : next === '{';
  return isKept ? goOn : null;
}

function ofLabels(tokens: readonly PromqlToken[], index: number, label: string): Word | null {
  const word = (tokens[index] as PromqlToken).text.toLowerCase();
  const open = tokens[index + 1] as PromqlToken;
  const next = endOf(tokens, index + 1);
  const listed = tokens.slice(index + 2, next - 1);
  const isListed = listed.some(({ text }) => text === label);
  if (leavingOut.has(word) && isListed) return null;
  if (!grouping.has(word) || isListed) return { insertions: [], next };
  const text = listed.length === 0 ? label : `${label}, `;
  return { insertions: [{ at: endAt(open), text }], next };
}

/** Whether an aggregation says before or after its arguments what it groups by. */
function hasClause(tokens: readonly PromqlToken[], index: number): boolean {
  const isClause = (at: number): boolean =>
    ['by', 'without'].includes(tokens[at]?.text.toLowerCase() ?? '');
  return isClause(index + 1) || isClause(endOf(tokens, index + 1));
}

function hasRollout(tokens: readonly PromqlToken[], open: number): boolean {
  return tokens.slice(open, endOf(tokens, open)).some(isRollout);
}

/** Index after the bracket that closes the one at `open`. */
function endOf(tokens: readonly PromqlToken[], open: number): number {
  const depth = tokens[open]?.inside.length ?? 0;
  const end = tokens.findIndex(
    ({ text, inside }, index) => index > open && inside.length === depth && ')}]'.includes(text),
  );
  return end < 0 ? tokens.length : end + 1;
}

const opens: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };

function isBalanced(tokens: readonly PromqlToken[]): boolean {
  const open: string[] = [];
  for (const { kind, text } of tokens) {
    if (kind !== 'sign') continue;
    if ('({['.includes(text)) open.push(text);
    else if (opens[text] !== undefined && open.pop() !== opens[text]) return false;
  }
  return open.length === 0;
}

function inserted(text: string, insertions: readonly Insertion[]): string {
  let [written, from] = ['', 0];
  for (const insertion of insertions) {
    written += text.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  return written + text.slice(from);
}

function endAt({ at, text }: PromqlToken): number {
  return at + text.length;
}
