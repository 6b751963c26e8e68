import { z } from 'zod';
import { rampGroups } from '../core/cohort/ramp-group.ts';
import { CrossfadeError } from '../core/errors.ts';
import { isStorable } from '../core/protocol/storable.ts';
import type { InstanceReport } from '../core/protocol/report.ts';
import { side } from './route-shape.ts';

const name = z
  .string()
  .min(1)
  .max(200)
  .refine(isStorable, 'holds a character that cannot be stored');
/** So many that no sum of them leaves the whole numbers. */
const countAtMost = 1_000_000_000;

const count = z.number().int().nonnegative().max(countAtMost);
const cohort = z.enum(['canary', 'baseline']);
const kind = z.enum(['missing', 'extra', 'field', 'order', 'error']);

const operation = z.enum(['read', 'write']);

/** A service of 10,000 active units sends one row for each, cohort and kind of operation. */
const unitsAtMost = 40_000;

/** Two cohorts, two operations, and each ramp group or none. */
const latencyRowsAtMost = 4 * (rampGroups + 1);

const units = z
  .object({ unit: name, cohort, operation: operation.optional(), requests: count, failed: count })
  .refine((counts) => counts.failed <= counts.requests, 'failed exceeds requests');

const evidence = z.object({
  migration: name,
  revision: count,
  fromMs: z.number(),
  toMs: z.number(),
  units: z.array(units).max(unitsAtMost),
  latency: z
    .array(
      z.object({
        cohort,
        operation,
        group: z
          .number()
          .int()
          .min(0)
          .max(rampGroups - 1)
          .optional(),
        buckets: z.record(z.string().regex(/^-?\d{1,4}$/), count),
      }),
    )
    .max(latencyRowsAtMost),
  comparisons: z
    .array(
      z.object({
        unit: name,
        compared: count,
        mismatched: count,
        void: count,
        kinds: z.partialRecord(kind, count),
      }),
    )
    .max(unitsAtMost),
  fallbacks: count,
  withoutUnit: count,
  served: z.object({ old: count, new: count }),
});

/** The body of `POST /api/v1/sdk/report`, bounded in every direction. */
export const instanceReport = z.object({
  service: name,
  instance: name.describe('Unique for each process: a name and a random part.'),
  seq: count.describe('Grows by one with each batch of evidence; the same again counts once.'),
  version: name.optional().describe("Of the application's image."),
  client: name.optional().describe('Name of the client, such as `crossfade.py 1`.'),
  implements: z.array(name).max(1_000).describe('Migrations whose two sides this code knows.'),
  acknowledged: z
    .array(
      z.object({
        migration: name,
        revision: count,
        safeSide: side,
        draining: count,
        drainMs: count
          .optional()
          .describe('So long its work may outlive it; absent for not at all.'),
      }),
    )
    .max(1_000),
  evidence: z.array(evidence).max(5_000),
  maxStaleMs: count.describe('How long it serves its last state without contact.'),
  leaving: z.boolean().describe('True in the last report of a process that ends in order.'),
});

/** Throws `invalidInput` naming the first key that is wrong. */
export function parseReport(body: unknown): InstanceReport {
  const parsed = instanceReport.safeParse(body);
  if (parsed.success) return parsed.data as InstanceReport;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new CrossfadeError('invalidInput', `report: ${where}: ${issue?.message ?? 'not readable'}`);
}
