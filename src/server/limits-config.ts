import { z } from 'zod';
import { callKinds, defaultLimits, parseLimits } from '../core/limits/limits.ts';

const defaults = callKinds.map((kind) => `${kind}=${defaultLimits[kind] ?? 'off'}`).join(',');

/** How often a token may ask. */
export const limitsVariables = {
  CROSSFADE_LIMITS: z
    .string()
    .refine(
      (text) => parseLimits(text) !== null,
      'must be limits such as command=600,look=off, or off',
    )
    .default(defaults)
    .describe(
      'Calls of each kind that a token may make in a minute, those that differ from the default; `off` for none. See docs/security.md.',
    ),
};
