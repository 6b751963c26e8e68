import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import type { PaceChange } from '../core/schema-migration/pace.ts';
import { parseBody } from './text-files.ts';
import { type Caller, person, saidBy } from './scalars/person.ts';

/** Null takes the limit away. */
const limit = z.number().min(0).max(1e15).nullable();

const paceRequest = z.strictObject({
  batchTimeMs: z.exactOptional(z.number().int().min(1).max(10_000)),
  nice: z.exactOptional(z.number().min(0).max(1_000)),
  paused: z.exactOptional(z.boolean()),
  limits: z.exactOptional(
    z.strictObject({
      replicaLagMs: z.exactOptional(limit),
      activeBackends: z.exactOptional(limit),
      walBytesPerSecond: z.exactOptional(limit),
      deadRows: z.exactOptional(limit),
    }),
  ),
  anytime: z.exactOptional(z.literal(true)),
  /** Who asks, as people will read it; the token stands behind it. */
  by: z.exactOptional(person),
});

/** The body of `PATCH /rollouts/:name/backfill`. Throws `invalidInput`. */
export function parsePace(body: unknown, caller: Caller): { change: PaceChange; by: string } {
  const { by, ...change } = parseBody(paceRequest, body);
  if (Object.keys(change).length === 0) {
    const words = 'nothing is to be changed; name batchTimeMs, nice, paused, anytime or limits';
    throw new CrossfadeError('invalidInput', words);
  }
  return { change, by: saidBy(by, caller) };
}
