import { z } from 'zod';
import { isStorable } from '../core/protocol/storable.ts';

const mostFlags = 2_000;
const mostVariants = 50;

const name = z.string().min(1).max(200).refine(isStorable);
const times = z.number().int().nonnegative().max(1_000_000_000);
const toggle = z.object({
  yes: times.default(0),
  no: times.default(0),
  variants: z.record(z.string(), times).default({}),
});

const metrics = z.object({
  appName: name,
  bucket: z.object({ toggles: z.record(z.string(), z.unknown()) }),
});

/** What one plain client counted, by flag and answer (`yes`, `no`, `variant NAME`). */
export interface ClientMetrics {
  readonly app: string;
  readonly counts: readonly {
    readonly flag: string;
    readonly answer: string;
    readonly times: number;
  }[];
}

/**
 * The body of Unleash's `POST client/metrics`. What is not readable is left out, and null when nothing
 * is: a plain client that is told so stops reporting for good.
 */
export function readClientMetrics(body: unknown): ClientMetrics | null {
  const parsed = metrics.safeParse(body);
  if (!parsed.success) return null;
  const { appName, bucket } = parsed.data;
  const counts = Object.entries(bucket.toggles).slice(0, mostFlags).flatMap(countsOf);
  return { app: appName, counts };
}

function countsOf([flag, body]: [string, unknown]): ClientMetrics['counts'] {
  const parsed = toggle.safeParse(body);
  if (!parsed.success || !name.safeParse(flag).success) return [];
  const { yes, no, variants } = parsed.data;
  const named = Object.entries(variants)
    .slice(0, mostVariants)
    .filter(([variant]) => name.safeParse(variant).success)
    .map(([variant, count]) => ({ flag, answer: `variant ${variant}`, times: count }));
  const plain = [
    { flag, answer: 'yes', times: yes },
    { flag, answer: 'no', times: no },
  ];
  return [...plain, ...named].filter((count) => count.times > 0);
}
