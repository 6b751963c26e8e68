import { z } from 'zod';

/** A whole number, also as text: Kubernetes takes both where a template may stand. */
export const intOrText = z
  .union([z.number(), z.string()], { error: 'expected a whole number' })
  .transform((written, context): number => {
    const value = typeof written === 'number' ? written : Number(written.trim() || Number.NaN);
    if (Number.isInteger(value)) return value;
    context.issues.push({ code: 'custom', message: 'expected a whole number', input: written });
    return z.NEVER;
  });

/** A number, also as text, as Spinnaker's thresholds are written. */
export const numberOrText = z
  .union([z.number(), z.string()], { error: 'expected a number' })
  .transform((written, context): number => {
    const value = typeof written === 'number' ? written : Number(written.trim() || Number.NaN);
    if (Number.isFinite(value)) return value;
    context.issues.push({ code: 'custom', message: 'expected a number', input: written });
    return z.NEVER;
  });

export const anyText = z.string({ error: 'expected text' });

export const anyNumber = z.number({ error: 'expected a number' });

export const anyBoolean = z.boolean({ error: 'expected `true` or `false`' });
