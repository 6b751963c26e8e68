import { parseArgs } from 'node:util';
import { CrossfadeError } from '../../src/core/errors.ts';

/** What each part shows, in the order of the page. A part can be run alone. */
export const programme = {
  healthy: 'ten rollouts of the demo without a fault are completed, each within 90 s',
  errors: 'five in which the new side fails go back, within 5 s of the first fault in the median',
  latency: 'five in which the new side grows slow go back, as quickly',
  mismatch: 'five in which the new side reads something else go back before anybody is exposed',
  crash: 'one whose control plane is killed during the backfill and in the ramp is completed',
  outage: 'one for which no evidence comes for 20 s holds, and is completed then',
  kills:
    'a server that is killed again and again, in a rollout, in a rollback and beside another one',
  'target-kills': 'whoever works on a target is killed at a hundred moments, there and back',
  writers: 'no writer is refused while a migration goes there and back, in 20 rounds',
  mutants: 'the specs notice what goes wrong in the judge and its statistics',
  'schema-mutants': 'the specs notice what goes wrong in what decides about schema migrations',
  'sql-mutants':
    'the specs against a server notice what goes wrong in the SQL of schema migrations',
  'clean-clone': 'a fresh clone installs and tells a story, as root and as somebody else',
  'clean-clone-test': 'a fresh clone passes `npm test`',
} as const;

/** A part of the acceptance that can be run alone. */
export type Part = keyof typeof programme;

export const allParts = Object.keys(programme) as readonly Part[];

/** What somebody asks for: parts to run, or what there is to be told. */
export interface Asked {
  readonly parts: readonly Part[];
  readonly list: boolean;
}

/**
 * `--only NAME` chooses, and may be repeated; `--list` tells the parts, `--page` only writes the page anew.
 * Throws `invalidInput` for a name that is none.
 */
export function askedFor(argv: readonly string[]): Asked {
  const options = {
    only: { type: 'string', multiple: true },
    list: { type: 'boolean' },
    page: { type: 'boolean' },
  } as const;
  const { only = [], list = false, page = false } = parseArgs({ args: [...argv], options }).values;
  const unknown = only.filter((name) => !allParts.some((part) => part === name));
  if (unknown.length > 0) {
    throw new CrossfadeError(
      'invalidInput',
      `no part ${unknown.join(', ')}; --only takes ${allParts.join(', ')}`,
    );
  }
  const chosen = only.length === 0 ? allParts : allParts.filter((part) => only.includes(part));
  return { parts: list || page ? [] : chosen, list };
}
