import { z } from 'zod';
import { parseBody } from './text-files.ts';

const signIn = z.strictObject({ token: z.string().min(1).max(1_000) });

/** The body of `POST /ui/session`. Throws `invalidInput`. */
export function parseSignIn(body: unknown): { token: string } {
  return parseBody(signIn, body);
}
