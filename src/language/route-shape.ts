import { z } from 'zod';
import type { Route } from '../core/protocol/route.ts';

export const side = z.enum(['old', 'new']);
const stage = z.enum(['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete']);
const units = z.array(z.string());

/** A route as instances receive it. What a client does not know of it, it leaves unfollowed. */
export const routeShape = z
  .object({
    migration: z.string().describe('Name of the policy that this is the route of.'),
    revision: z.number().int().min(1).describe('Grows with every change; what is acknowledged.'),
    enabled: z.boolean().describe('False: everything is served by the safe side.'),
    unitKey: z.string().describe('The context field that holds the id of the unit.'),
    withoutUnit: z.enum(['old', 'new', 'refuse']).describe('What becomes of a call without unit.'),
    baseStage: stage.describe('Of the units that are in no list and not in the share.'),
    canaryStage: stage.describe('Of the units in a ring or in the share.'),
    pinned: units.describe('Kept on the old side by the policy.'),
    quarantined: units.describe('Sent back to the old side.'),
    rings: z.array(z.object({ name: z.string(), units })).describe('Released units.'),
    share: z.number().min(0).max(100).describe('Part of the remaining units, in percent.'),
    groupId: z.string().describe('Salt of the hash.'),
    safeSide: side.describe('Serves when nothing can be confirmed; new stays new for ever.'),
    shadowSample: z.number().min(0).max(1).describe('Part of the pure reads to compare.'),
  })
  .meta({ description: 'Who is served by which side.' }) satisfies z.ZodType<Route>;

/** What a report is answered by, and the data of the event `routes` of a stream. */
export const routesShape = z.object({ routes: z.array(routeShape) });
