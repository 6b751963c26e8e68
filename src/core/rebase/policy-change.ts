import type { Role } from '../access/role.ts';
import { differencesOf } from '../rollout/differences.ts';
import { writtenDuration, writtenKey } from '../policy/written-value.ts';

/** Leads to a value of the newer revision, from the policy's root. */
export type ChangePath = readonly (string | number)[];

/** Something that a newer revision of a policy says otherwise, and that may change under way. */
export interface PolicyChange {
  readonly path: ChangePath;
  /** `share 50%: bake 30m instead of 1h`. */
  readonly words: string;
  /** Whether less stands between a fault and the units than before, as far as can be told. */
  readonly loosens: boolean;
  /** Whom it takes to agree, where fewer would be asked than before; absent where an operator may. */
  readonly role?: Role;
}

/** Something that a newer revision says otherwise, and that what is running cannot take over. */
export interface Immovable {
  readonly path: ChangePath;
  /** What was changed, and what runs. */
  readonly words: string;
}

export function tightened(path: ChangePath, words: string): PolicyChange {
  return { path, words, loosens: false };
}

export function loosened(path: ChangePath, words: string): PolicyChange {
  return { path, words, loosens: true };
}

/** So many values of one thing are told apart; more are summed up. */
const mostTold = 4;

/** `bake 30m instead of 1h, require notWorse instead of proven`: what `after` says otherwise than `before`. */
export function valueWords(before: object, after: object): string {
  const told = differencesOf(before, after).map(({ where, stored, replayed }) => {
    const key = where.split('.').at(-1) ?? where;
    const name = where.split('.').map(writtenKey).join('.');
    return `${name} ${shown(key, replayed)} instead of ${shown(key, stored)}`;
  });
  const rest = told.length - mostTold;
  return [...told.slice(0, mostTold), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

/** A value as people write it, in one line. */
function shown(key: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (key.endsWith('Ms') && typeof value === 'number') return writtenDuration(value);
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
