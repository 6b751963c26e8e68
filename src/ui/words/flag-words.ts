import type { FeatureView, FlagAct } from '../../core/protocol/flag-view.ts';

type Environment = FeatureView['environments'][string];
type Strategy = Environment['strategies'][number];
type Constraint = NonNullable<Strategy['constraints']>[number];

/** Whom a strategy lets in, as a person says it. */
export function strategyWords({ name, parameters = {} }: Strategy): string {
  return known[name]?.(parameters) ?? [name, ...Object.entries(parameters).map(pair)].join(', ');
}

type Parameters = NonNullable<Strategy['parameters']>;

const known: Readonly<Record<string, (parameters: Parameters) => string>> = {
  default: () => 'everybody',
  flexibleRollout: partWords,
  userWithId: ({ userIds = '' }) => `users ${userIds}`,
  remoteAddress: ({ IPs = '' }) => `addresses ${IPs}`,
};

function partWords({ rollout = '?', stickiness = 'default' }: Parameters): string {
  if (rollout === '100') return 'everybody';
  return `${rollout}% of all${stickiness === 'default' ? '' : `, by ${stickiness}`}`;
}

function pair([key, value]: readonly [string, string]): string {
  return `${key} ${value}`;
}

/** `country is one of DE, AT`: a condition in one line. */
export function constraintWords(constraint: Constraint): string {
  const { contextName, operator, values, value, inverted } = constraint;
  const words = operators[operator] ?? operator.toLowerCase().replaceAll('_', ' ');
  const wanted = values !== undefined && values.length > 0 ? values.join(', ') : (value ?? '');
  return `${inverted === true ? 'not: ' : ''}${contextName} ${words} ${wanted}`.trim();
}

const operators: Readonly<Record<string, string>> = {
  IN: 'is one of',
  NOT_IN: 'is none of',
  STR_CONTAINS: 'contains',
  STR_STARTS_WITH: 'begins with',
  STR_ENDS_WITH: 'ends with',
  NUM_EQ: '=',
  NUM_GT: '>',
  NUM_GTE: '≥',
  NUM_LT: '<',
  NUM_LTE: '≤',
  DATE_AFTER: 'after',
  DATE_BEFORE: 'before',
};

/** What somebody did, in a few words: `switched it off`, `set the share to 10%`. */
export function actWords({ action, detail }: FlagAct): string {
  if (action === 'put flag') return 'wrote it anew';
  if (action === 'remove flag') return 'removed it';
  const { enabled, share, pin, unpin } = detail;
  const words = [
    typeof enabled === 'boolean' ? `switched it ${enabled ? 'on' : 'off'}` : '',
    typeof share === 'number' ? `set the share to ${share}%` : '',
    Array.isArray(pin) && pin.length > 0 ? `pinned ${pin.join(', ')}` : '',
    Array.isArray(unpin) && unpin.length > 0 ? `freed ${unpin.join(', ')}` : '',
  ].filter((part) => part !== '');
  return words.length === 0 ? action : words.join(', ');
}
