import type { $ZodIssue, $ZodType } from 'zod/v4/core';

import { isMapping } from '../kinds/exactly-one.ts';
import { listed } from '../scalars/one-of.ts';
import { branchesOf, keysOf } from './schema-at.ts';

/** The branch that the writer meant with its issues, or no branch and what all of them would take. */
type Choice =
  | { readonly schema: $ZodType; readonly issues: readonly $ZodIssue[] }
  | { readonly schema: null; readonly expected: string };

/**
 * Of a union nothing fits, reports only the branch that comes nearest: of the right type, with the
 * most keys in common, then with the word that tells the branches apart.
 */
export function chooseBranch(
  union: $ZodType | null,
  errors: readonly (readonly $ZodIssue[])[],
  value: unknown,
): Choice {
  const branches = branchesOf(union).map((schema, index) => ({
    schema,
    issues: errors[index] ?? [],
  }));
  const fitting = branches.filter(({ issues }) => issues.every((issue) => !isAtTop(issue)));
  const most = Math.max(...fitting.map(({ schema }) => overlap(schema, value)));
  const nearest = fitting.filter(({ schema }) => overlap(schema, value) === most);
  const told = nearest.find(({ issues }) => !issues.some(tellsApart));
  if (told !== undefined) return told;
  if (nearest.length > 0) return wrongWord(nearest);
  return { schema: null, expected: joined(branches.flatMap(({ issues }) => issues)) };
}

/** The value itself is of the wrong type or not among the words; unknown keys are no such thing. */
function isAtTop(issue: $ZodIssue): boolean {
  return issue.path.length === 0 && issue.code !== 'unrecognized_keys' && issue.code !== 'custom';
}

function tellsApart(issue: $ZodIssue): boolean {
  return issue.code === 'invalid_value' && issue.path.length === 1 && issue.values.length === 1;
}

function overlap(schema: $ZodType, value: unknown): number {
  const known = keysOf(schema);
  return isMapping(value) ? Object.keys(value).filter((key) => known.includes(key)).length : 0;
}

/** All branches miss their word: one issue that lists the words of all. */
function wrongWord(fitting: readonly { schema: $ZodType; issues: readonly $ZodIssue[] }[]): Choice {
  const [first] = fitting;
  const words = fitting
    .flatMap(({ issues }) => issues)
    .flatMap((issue) => (tellsApart(issue) && issue.code === 'invalid_value' ? issue.values : []));
  const issue = first?.issues.find(tellsApart);
  if (first === undefined || issue?.code !== 'invalid_value') {
    return { schema: null, expected: joined(fitting.flatMap(({ issues }) => issues)) };
  }
  const message = `expected ${listed([...new Set(words.map(String))])}`;
  return { schema: first.schema, issues: [{ ...issue, message }] };
}

function joined(issues: readonly $ZodIssue[]): string {
  const wanted = issues
    .filter(isAtTop)
    .map(({ message }) =>
      message.startsWith('expected ') ? message.slice('expected '.length) : 'a mapping',
    );
  return `expected ${[...new Set(wanted)].join(', or ')}`;
}
