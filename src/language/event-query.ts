import { z } from 'zod';
import { eventKinds, type EventQuery } from '../core/protocol/rollout-event.ts';
import { parseBody } from './text-files.ts';

/** The last moment that a clock of JavaScript can tell. */
const lastMoment = 8_640_000_000_000_000;

const moment = z.coerce.number().int().min(0).max(lastMoment);

const query = z.strictObject({
  kind: z.enum(eventKinds).optional(),
  since: moment.default(0),
  until: moment.default(lastMoment),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

/** The query of `GET /rollouts/:name/events`. Throws `invalidInput`. */
export function parseEventQuery(asked: unknown): EventQuery {
  const { kind, ...span } = parseBody(query, asked);
  return { ...span, kinds: kind === undefined ? eventKinds : [kind] };
}
