/** What belongs to a project, and by what it is named in a request. */
export const projectKeys = ['rollout', 'policy', 'decision', 'target', 'flag', 'feature'] as const;

export type ProjectKey = (typeof projectKeys)[number];

/** Which project a thing belongs to; what is asked before a role in one project opens a door. */
export abstract class ProjectDirectory {
  /**
   * Every project in which something goes by that name: a rollout by its id or its policy's name, a
   * decision by its number. None where nothing does.
   */
  abstract projectsOf(key: ProjectKey, name: string): Promise<readonly string[]>;
}
