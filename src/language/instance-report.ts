import { z } from 'zod';
import { rampGroups } from '../core/cohort/ramp-group.ts';
import { CrossfadeError } from '../core/errors.ts';
import { isStorable } from '../core/protocol/storable.ts';
import type { InstanceReport } from '../core/protocol/report.ts';

const name = z
  .string()
  .min(1)
  .max(200)
  .refine(isStorable, 'holds a character that cannot be stored');
/** So many that no sum of them leaves the whole numbers. */
const countAtMost = 1_000_000_000;

const count = z.number().int().nonnegative().max(countAtMost);
const side = z.enum(['old', 'new']);
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
const instanceReport = z.object({
  service: name,
  instance: name,
  seq: count,
  version: name.optional(),
  implements: z.array(name).max(1_000),
  acknowledged: z
    .array(z.object({ migration: name, revision: count, safeSide: side, draining: count }))
    .max(1_000),
  evidence: z.array(evidence).max(5_000),
  maxStaleMs: count,
  leaving: z.boolean(),
});

/** Throws `invalidInput` naming the first key that is wrong. */
export function parseReport(body: unknown): InstanceReport {
  const parsed = instanceReport.safeParse(body);
  if (parsed.success) return parsed.data as InstanceReport;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new CrossfadeError('invalidInput', `report: ${where}: ${issue?.message ?? 'not readable'}`);
}
