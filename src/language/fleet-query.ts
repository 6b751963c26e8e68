import { z } from 'zod';
import { fleetFilters } from '../core/protocol/fleet-page.ts';
import type { FleetQuery } from '../core/rollout/fleet-page.ts';
import { parseBody } from './text-files.ts';

const query = z.strictObject({
  show: z.enum(fleetFilters).default('all'),
  search: z.string().max(200).default(''),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

/** The query of `GET /fleet`. Throws `invalidInput`. */
export function parseFleetQuery(asked: unknown): FleetQuery {
  return parseBody(query, asked);
}
