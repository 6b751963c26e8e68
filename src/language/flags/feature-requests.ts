import { z } from 'zod';
import type { ManagedFeature, ManagedSegment } from '../../core/flags/catalog/managed-feature.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { feature, flagName, placeName, segment } from './feature-shapes.ts';

const segmentId = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);

const switchRequest = z.strictObject({ environment: placeName, enabled: z.boolean() });

/** The body of `PUT /features/:name`. Throws `invalidInput`. */
export function parseFeature(name: string, body: unknown): ManagedFeature {
  return { name: parsed(flagName, name), ...parsed(feature, body) };
}

/** The body of `PUT /segments/:id`. Throws `invalidInput`. */
export function parseSegment(id: string, body: unknown): ManagedSegment {
  return { id: parseSegmentId(id), ...parsed(segment, body) };
}

/** A segment's id in a URL. Throws `invalidInput`. */
export function parseSegmentId(id: string): number {
  return parsed(segmentId, id);
}

/** A project's or environment's name in a URL. Throws `invalidInput`. */
export function parsePlace(name: string): string {
  return parsed(placeName, name);
}

/** The body of `POST /features/:name/toggle`. Throws `invalidInput`. */
export function parseSwitch(body: unknown): { environment: string; enabled: boolean } {
  return parsed(switchRequest, body);
}

/** Checks a value; throws `invalidInput` that names every fault with its place. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const words = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new CrossfadeError('invalidInput', words.join('; '));
}
