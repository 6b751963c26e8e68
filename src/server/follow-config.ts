import { resolve } from 'node:path';
import { z } from 'zod';

const yesOrNo = z.enum(['true', 'false'], 'must be true or false').default('false');

/** Variables of a folder whose documents are applied by the server itself. */
export const followVariables = {
  CROSSFADE_FOLLOW: z
    .string()
    .optional()
    .describe(
      'Folder of documents that this server applies and keeps up with; see docs/gitops.md.',
    ),
  CROSSFADE_FOLLOW_SET: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, 'must be a name such as shop/policies')
    .default('followed')
    .describe('Set that the folder is.'),
  CROSSFADE_FOLLOW_PRUNE: yesOrNo.describe('Whether what the folder no longer has is pruned.'),
  CROSSFADE_FOLLOW_SELF_HEAL: yesOrNo.describe(
    'Whether what people apply over it is set back at once; else by the next change of the folder.',
  ),
  CROSSFADE_FOLLOW_MS: z.coerce
    .number('must be a whole number from 100 to 600000')
    .int('must be a whole number from 100 to 600000')
    .min(100, 'must be a whole number from 100 to 600000')
    .max(600_000, 'must be a whole number from 100 to 600000')
    .default(5_000)
    .describe('Milliseconds between two looks at the folder.'),
};

/** A folder that this server follows. */
export interface FollowConfig {
  /** Absolute. */
  readonly folder: string;
  readonly set: string;
  readonly prune: boolean;
  readonly selfHeal: boolean;
  readonly everyMs: number;
}

export function followOf(
  given: z.output<z.ZodObject<typeof followVariables>>,
): FollowConfig | undefined {
  if (given.CROSSFADE_FOLLOW === undefined) return undefined;
  return Object.freeze({
    folder: resolve(given.CROSSFADE_FOLLOW),
    set: given.CROSSFADE_FOLLOW_SET,
    prune: given.CROSSFADE_FOLLOW_PRUNE === 'true',
    selfHeal: given.CROSSFADE_FOLLOW_SELF_HEAL === 'true',
    everyMs: given.CROSSFADE_FOLLOW_MS,
  });
}
