import type { z } from 'zod';

/** A key that may be left out. `fallback` is what then holds, as it would be written. */
export function optional<T extends z.ZodType>(schema: T, description: string, fallback?: unknown) {
  const meta = fallback === undefined ? { description } : { description, default: fallback };
  return schema.optional().meta(meta);
}

/** A key that must be there. */
export function required<T extends z.ZodType>(schema: T, description: string) {
  return schema.meta({ description });
}
