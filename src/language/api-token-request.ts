import { z } from 'zod';
import { everyProject, type Role, roles } from '../core/access/role.ts';
import { CrossfadeError } from '../core/errors.ts';
import { placeName } from './flags/feature-shapes.ts';
import { parseBody } from './text-files.ts';

const project = z.union([z.literal(everyProject), placeName]);

const request = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** For people and their programs: what they may do, by project. */
  roles: z.record(project, z.enum(roles)).optional(),
  /** For programs that report: what they report. */
  scope: z.enum(['sdk', 'alerts', 'otlp']).optional(),
  /** Null for a token that never expires: that has to be said. */
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
});

/** What a token is asked for. */
export interface ApiTokenRequest {
  readonly scope: 'api' | 'sdk' | 'alerts' | 'otlp';
  readonly name: string;
  /** A session is nothing that anybody asks for. */
  readonly person: null;
  readonly roles: Readonly<Record<string, Role>>;
  /** Epoch milliseconds; null for never. */
  readonly expiresAt: number | null;
}

/** The body of `POST /tokens`: roles or a scope. Throws `invalidInput`. */
export function parseApiTokenRequest(body: unknown, now: number): ApiTokenRequest {
  const asked = parseBody(request, body);
  const held = asked.roles ?? {};
  if (Object.keys(held).length > 0 === (asked.scope !== undefined)) {
    throw new CrossfadeError(
      'invalidInput',
      'a token is for people or for one kind of report: give either roles, such as ' +
        '{ "*": "viewer" }, or a scope: sdk, alerts or otlp',
    );
  }
  const expiresAt = asked.expiresAt === null ? null : Date.parse(asked.expiresAt);
  if (expiresAt !== null && expiresAt <= now) {
    throw new CrossfadeError('invalidInput', 'expiresAt: lies in the past; nobody could use it');
  }
  return { scope: asked.scope ?? 'api', name: asked.name, person: null, roles: held, expiresAt };
}
