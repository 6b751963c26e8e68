import { z } from 'zod';
import { parseBody } from './text-files.ts';

const whole = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0);

const query = z.strictObject({ after: whole, since: whole });

/** The query of `GET /audit`: `after` a number of the chain, `since` epoch milliseconds. Throws `invalidInput`. */
export function parseAuditQuery(asked: unknown): { after: number; since: number } {
  return parseBody(query, asked);
}
