import { parseArgs } from 'node:util';
import { CrossfadeError } from '../../src/core/errors.ts';

/** How often each scenario is repeated. */
export const scenarios = [
  { name: 'healthy', times: 10 },
  { name: 'errors', times: 5 },
  { name: 'latency', times: 5 },
  { name: 'mismatch', times: 5 },
  { name: 'crash', times: 1 },
  { name: 'outage', times: 1 },
] as const;

/** What is shown in fresh clones: that the demo runs, and that the whole `npm test` does. */
const clones = ['clean-clone', 'clean-clone-test'] as const;

/** A part of the acceptance that can be run alone. */
export type Part =
  | (typeof scenarios)[number]['name']
  | 'kills'
  | 'target-kills'
  | 'writers'
  | 'mutants'
  | (typeof clones)[number];

export const allParts: readonly Part[] = [
  ...scenarios.map(({ name }) => name),
  'kills',
  'target-kills',
  'writers',
  'mutants',
  ...clones,
];

/** `--only NAME` chooses, and may be repeated. Throws `invalidInput` for a name that is none. */
export function chosenParts(argv: readonly string[]): readonly Part[] {
  const options = { only: { type: 'string', multiple: true } } as const;
  const { only = [] } = parseArgs({ args: [...argv], options }).values;
  const unknown = only.filter((name) => !allParts.some((part) => part === name));
  if (unknown.length > 0) {
    throw new CrossfadeError(
      'invalidInput',
      `no part ${unknown.join(', ')}; --only takes ${allParts.join(', ')}`,
    );
  }
  return only.length === 0 ? allParts : allParts.filter((part) => only.includes(part));
}
