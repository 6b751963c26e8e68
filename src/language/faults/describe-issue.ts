import type { $ZodIssue } from 'zod/v4/core';

import { isMapping } from '../kinds/exactly-one.ts';
import { listed } from '../scalars/one-of.ts';
import { valueAt, type Located, type Path } from '../source/located.ts';
import type { Spot } from '../source/read-yaml.ts';
import { chooseBranch } from './choose-branch.ts';
import { nearest } from './nearest.ts';

/** A fault whose place is still a path. */
export interface Complaint {
  readonly path: Path;
  readonly spot: Spot;
  readonly message: string;
  /** True where the document is as good without this key or value, apart from this fault. */
  readonly removable: boolean;
}

/** What is wrong and what would be right, for each place that an issue of zod speaks of. */
export function describeIssue(issue: $ZodIssue, root: Located, base: Path = []): Complaint[] {
  const path = [...base, ...(issue.path as Path)];
  if (issue.code === 'unrecognized_keys') {
    // See `mapping`: the message lists the keys that are known there.
    const known = issue.message.split(' ').filter((key) => key !== '');
    return issue.keys.map((key) => unknownKey([...path, key], key, known));
  }
  if (issue.code === 'invalid_union') {
    const chosen = chooseBranch(issue.errors);
    if (typeof chosen === 'string') return [wrongValue(path, chosen, root)];
    return chosen.flatMap((inner) => describeIssue(inner, root, path));
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? 'expected another key';
    const key = shorten(String(path.at(-1)));
    const whole = `\`${key}\` cannot be a key here; ${message}`;
    return [{ path, spot: 'key', message: whole, removable: true }];
  }
  return [wrongValue(path, expectation(issue), root)];
}

function unknownKey(path: Path, key: string, known: readonly string[]): Complaint {
  const meant = nearest(key, known);
  const advice = meant === null ? `expected ${listed(known)}` : `did you mean \`${meant}\`?`;
  const message =
    known.length === 0
      ? `unknown key \`${shorten(key)}\`; no keys are allowed here`
      : `unknown key \`${shorten(key)}\`; ${advice}`;
  return { path, spot: 'key', message, removable: true };
}

const plain: Readonly<Record<string, string>> = {
  object: 'expected a mapping',
  record: 'expected a mapping',
  array: 'expected a list',
  string: 'expected text',
  number: 'expected a number',
  boolean: 'expected `true` or `false`',
};

function expectation(issue: $ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid')) {
    return plain[issue.expected] ?? `expected ${issue.expected}`;
  }
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    return `expected ${listed(issue.values.map(String))}`;
  }
  return issue.message;
}

/** A message that starts with "expected" is completed by what stands there; others stand alone. */
function wrongValue(path: Path, message: string, root: Located): Complaint {
  if (!message.startsWith('expected ')) return { path, spot: 'value', message, removable: false };
  const parent = valueAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof key === 'string' && isMapping(parent) && !Object.hasOwn(parent, key)) {
    const missing = `missing \`${key}\`; ${message}`;
    return { path: path.slice(0, -1), spot: 'value', message: missing, removable: false };
  }
  const value = valueAt(root, path);
  const meant = typeof value === 'string' ? suggestion(value, message) : '';
  // What stands where a secret was expected must not travel into logs.
  const shown = message.includes('credentials') ? 'written out' : show(value);
  const whole = `${nameOf(path)} is ${shown}; ${message}${meant}`;
  return { path, spot: 'value', message: whole, removable: true };
}

function suggestion(value: string, message: string): string {
  const words = [...message.matchAll(/`([A-Za-z_]+)`/g)].map(([, word]) => word ?? '');
  const meant = nearest(value, words);
  return meant === null || words.length < 2 ? '' : ` (did you mean \`${meant}\`?)`;
}

/** `bake`, `units[2]`, or the document itself. */
function nameOf(path: Path): string {
  const index = path.at(-1);
  if (index === undefined) return 'the document';
  if (typeof index === 'string') return `\`${index}\``;
  const key = path.at(-2);
  return typeof key === 'string' ? `\`${key}[${index}]\`` : `item ${index}`;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  if (typeof value === 'string') return `\`${shorten(value)}\``;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'empty';
}

/** One line of at most 40 characters, without anything that could move a cursor. */
export function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > 40 ? `${line.slice(0, 37)}...` : line;
}
