import { createHash } from 'node:crypto';

/** The hash that callers pass in. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
