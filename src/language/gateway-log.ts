import { z } from 'zod';
import { rampGroups } from '../core/cohort/ramp-group.ts';
import { unitBuckets } from '../core/cohort/unit-bucket.ts';
import { CrossfadeError } from '../core/errors.ts';
import type { GatewayLogLine } from '../core/gateway/log-evidence.ts';

const name = z.string().min(1).max(200);

/** A proxy writes every variable as a text, and an empty one where it has nothing to say. */
const whole = (most: number) => z.coerce.number().int().min(0).max(most);
const orNone = <Shape extends z.ZodType>(shape: Shape) =>
  z.union([z.literal(['none', '']).transform(() => null), shape]);

const line = z.object({
  rollout: name,
  revision: whole(1_000_000_000),
  side: z.enum(['old', 'new']),
  cohort: orNone(z.enum(['canary', 'baseline'])),
  bucket: orNone(whole(unitBuckets - 1)),
  group: orNone(whole(rampGroups - 1)),
  method: z.string().max(30),
  status: whole(599),
  seconds: z.coerce.number().min(0).max(86_400),
  at: z.coerce
    .number()
    .min(0)
    .max(1e11)
    .transform((epochSeconds) => epochSeconds * 1_000),
}) satisfies z.ZodType<GatewayLogLine>;

const batch = z.object({
  service: name,
  gateway: name,
  seq: z.number().int().min(1),
  lines: z.array(z.unknown()).max(10_000),
});

/** Lines of a proxy's log, as `POST /api/v1/gateway/log` takes them. */
export interface GatewayLogBatch {
  readonly service: string;
  readonly gateway: string;
  /** Grows with each batch of a shipper; the same again counts once. */
  readonly seq: number;
  readonly lines: readonly GatewayLogLine[];
  /** Lines of requests that Crossfade did not route, or in another form. */
  readonly skipped: number;
}

/** Throws `invalidInput` for what is no batch; a line that cannot be read is left out, and counted. */
export function parseGatewayLog(body: unknown): GatewayLogBatch {
  const parsed = batch.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    throw new CrossfadeError('invalidInput', `gateway log: ${where}: ${issue?.message ?? ''}`);
  }
  const read = parsed.data.lines.flatMap((one) => {
    const { data } = line.safeParse(one);
    return data === undefined ? [] : [data];
  });
  return { ...parsed.data, lines: read, skipped: parsed.data.lines.length - read.length };
}
