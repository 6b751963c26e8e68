import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { exitStatus, statusOfError } from './exit-status.ts';

it('every status that scripts branch on is documented, and no other', () => {
  const [, section = ''] = readFileSync('docs/cli.md', 'utf8').split('## Exit status\n');
  const [table = ''] = section.split('\n## ');
  const documented = [...table.matchAll(/^\| (\d+) +\|/gm)].map(([, status]) => Number(status));
  expect(documented).toEqual(Object.values(exitStatus));
});

it.each([
  ['invalidInput', 2],
  ['unsupported', 2],
  ['conflict', 6],
  ['staleFence', 6],
  ['unauthenticated', 7],
  ['forbidden', 7],
  ['notFound', 1],
  ['refused', 1],
  ['limited', 1],
  ['unavailable', 1],
  ['internal', 1],
] as const)('%s ends with %i', (code, status) => {
  expect(statusOfError(code)).toBe(status);
});
