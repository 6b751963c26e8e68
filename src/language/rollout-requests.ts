import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import { type Verb, verbs } from '../core/rollout/observations.ts';
import { parseBody } from './text-files.ts';

const name = z.string().min(1).max(200);

const startRequest = z.strictObject({ policy: name });

const commandRequest = z.strictObject({
  verb: z.enum(verbs),
  reason: z.string().max(1_000).optional(),
  /** `complete` must repeat the rollout's name. */
  confirm: name.optional(),
  requestId: z.string().min(1).max(200).optional(),
  /** Who asks, as people will read it; the token's id stands behind it. */
  by: z.string().min(1).max(100).optional(),
});

const toggleRequest = z.strictObject({ enabled: z.boolean(), by: z.string().min(1).max(100) });

/** The body of `POST /rollouts`. Throws `invalidInput`. */
export function parseStart(body: unknown): { policy: string } {
  return parseBody(startRequest, body);
}

/** The body of `POST /rollouts/:name/commands`. Throws `invalidInput`. */
export function parseCommand(
  body: unknown,
  rollout: string,
  token: string,
): { verb: Verb; by: string; reason: string | null; requestId: string | null } {
  const { verb, reason, confirm, requestId, by } = parseBody(commandRequest, body);
  if (verb === 'complete' && confirm !== rollout) {
    throw new CrossfadeError(
      'invalidInput',
      `complete takes the old shape away; confirm it by the name: confirm: "${rollout}"`,
    );
  }
  const who = by === undefined ? token : `${by} (${token})`;
  return { verb, by: who, reason: reason ?? null, requestId: requestId ?? null };
}

/** The body of `POST /flags/:name/toggle`. Throws `invalidInput`. */
export function parseToggle(body: unknown): { enabled: boolean; by: string } {
  const request = parseBody(toggleRequest, body);
  if (request.by !== 'crossfade') return request;
  throw new CrossfadeError('invalidInput', 'by: crossfade is the machine itself; name the person');
}
