import type { Audience } from './audience.ts';

/** What a token in one of Unleash's formats says of itself; null where it says nothing. */
export interface ClientTokenParts {
  readonly projects: Audience['projects'] | null;
  readonly environment: string;
}

/**
 * Reads `PROJECT:ENVIRONMENT.SECRET`: `*` stands for all projects, `[]` for several that are listed
 * elsewhere. Null for a token without that form, as older servers gave out: it may be any text.
 */
export function parseClientToken(token: string): ClientTokenParts | null {
  const parts = /^([^:.\s]+|\[\]):([^.:\s]+)\.(\S+)$/.exec(token);
  const [, project, environment] = parts ?? [];
  if (project === undefined || environment === undefined) return null;
  const projects = project === '*' ? '*' : project === '[]' ? null : [project];
  return { projects, environment };
}

/** The form that a new token for this audience has, without its secret. */
export function clientTokenPrefix({ projects, environment }: Audience): string {
  const several = projects === '*' || projects.length === 1 ? String(projects) : '[]';
  return `${several}:${environment}.`;
}
