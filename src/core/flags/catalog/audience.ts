/** Whom flags are served to: what a token gives access to. */
export interface Audience {
  readonly environment: string;
  /** Names of projects; `*` for all. */
  readonly projects: readonly string[] | '*';
}

/** The environment of those whose token names none. */
export const DEFAULT_ENVIRONMENT = 'production';

/** Whether a project's flags are for this audience. */
export function mayRead({ projects }: Audience, project: string): boolean {
  return projects === '*' || projects.includes(project);
}

/** One audience, one name. */
export function audienceKey({ environment, projects }: Audience): string {
  return JSON.stringify([environment, projects === '*' ? projects : projects.toSorted()]);
}
