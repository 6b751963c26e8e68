import { z } from 'zod';
import type { Audience } from '../../core/flags/catalog/audience.ts';
import { parseClientToken } from '../../core/flags/catalog/client-token.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { parsed } from './feature-requests.ts';
import { flagName, placeName } from './feature-shapes.ts';

const request = z.strictObject({
  scope: z.enum(['client', 'frontend']),
  name: flagName,
  environment: placeName.exactOptional(),
  projects: z.union([z.literal('*'), z.array(placeName).min(1).max(100)]).exactOptional(),
  /** A token that clients have already, from an Unleash server; one is made when not given. */
  token: z.string().min(16).max(500).regex(/^\S+$/, 'has no spaces').exactOptional(),
  expiresAt: z.iso.datetime({ offset: true }).exactOptional(),
});

/** What is asked for: a token with an audience, made here when `secret` is null. */
export interface ClientTokenRequest {
  readonly scope: 'client' | 'frontend';
  readonly name: string;
  readonly audience: Audience;
  /** Epoch milliseconds; null for never. */
  readonly expiresAt: number | null;
  readonly secret: string | null;
}

/**
 * The body of `POST /client-tokens`. What a given token says of itself must be what is asked for, and
 * need not be repeated. Throws `invalidInput`.
 */
export function parseClientTokenRequest(body: unknown): ClientTokenRequest {
  const { scope, name, token, expiresAt, ...asked } = parsed(request, body);
  const said = token === undefined ? null : parseClientToken(token);
  const environment = agreed('environment', asked.environment, said?.environment);
  if (environment === undefined || environment === '*') {
    throw new CrossfadeError(
      'invalidInput',
      'environment: name the one environment that the token is for, such as "production"',
    );
  }
  const projects = agreed('projects', asked.projects, said?.projects ?? undefined);
  if (projects === undefined && said !== null) {
    throw new CrossfadeError('invalidInput', 'projects: the token does not say which; list them');
  }
  return {
    scope,
    name,
    audience: { environment, projects: projects ?? '*' },
    expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt),
    secret: token ?? null,
  };
}

function agreed<T>(field: string, asked: T | undefined, said: T | undefined): T | undefined {
  if (asked === undefined || said === undefined) return asked ?? said;
  if (JSON.stringify(asked) === JSON.stringify(said)) return asked;
  const words = `the token says ${JSON.stringify(said)}, not ${JSON.stringify(asked)}`;
  throw new CrossfadeError('invalidInput', `${field}: ${words}`);
}
