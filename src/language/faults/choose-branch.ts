import type { $ZodIssue } from 'zod/v4/core';

import { listed } from '../scalars/one-of.ts';

type Branch = readonly $ZodIssue[];

/**
 * Of a union that nothing fits, the issues of the branch that comes nearest: of the right type, with
 * the fewest unknown keys, then with the word that tells the branches apart. A text where the value
 * is of no branch's type: what all of them would take.
 */
export function chooseBranch(branches: readonly Branch[]): Branch | string {
  const fitting = branches.filter((issues) => !issues.some(isAtTop));
  const fewest = Math.min(...fitting.map(unknownKeys));
  const nearest = fitting.filter((issues) => unknownKeys(issues) === fewest);
  const told = nearest.find((issues) => !issues.some(tellsApart));
  return told ?? wrongWord(nearest) ?? joined(branches.flat());
}

/** The value itself is of the wrong type or not among the words; unknown keys are no such thing. */
function isAtTop({ path, code }: $ZodIssue): boolean {
  return path.length === 0 && code !== 'unrecognized_keys' && code !== 'custom';
}

function unknownKeys(issues: Branch): number {
  const unknown = issues.find(
    ({ path, code }) => path.length === 0 && code === 'unrecognized_keys',
  );
  return unknown?.code === 'unrecognized_keys' ? unknown.keys.length : 0;
}

function tellsApart(issue: $ZodIssue): boolean {
  return wordsOf(issue).length === 1;
}

/** The words that may stand at a key of the value itself. */
function wordsOf(issue: $ZodIssue): readonly string[] {
  const isWord = issue.code === 'invalid_value' && issue.path.length === 1;
  return isWord ? issue.values.map(String) : [];
}

/** All branches miss their word: one issue that lists the words of all. */
function wrongWord(nearest: readonly Branch[]): Branch | null {
  const issue = nearest[0]?.find(tellsApart);
  if (issue?.code !== 'invalid_value') return null;
  const words = nearest.flatMap((issues) => issues.filter(tellsApart).flatMap(wordsOf));
  return [{ ...issue, message: `expected ${listed([...new Set(words)])}` }];
}

function joined(issues: Branch): string {
  const start = 'expected ';
  const wanted = issues
    .filter(isAtTop)
    .map(({ message }) => (message.startsWith(start) ? message.slice(start.length) : 'a mapping'));
  return start + [...new Set(wanted)].join(', or ');
}
