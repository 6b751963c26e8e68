/** What people may be, the least first; each may do what those before it may. */
export const roles = ['viewer', 'operator', 'approver', 'admin'] as const;

/** `viewer` looks, `operator` steers, `approver` agrees to what cannot be undone, `admin` gives out rights. */
export type Role = (typeof roles)[number];

/** Stands for every project, those to come included. */
export const everyProject = '*';

/** Roles by project. Absent: none there. */
export type Roles = ReadonlyMap<string, Role>;

/** Whether `held` may do what `wanted` may. */
export function covers(held: Role, wanted: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(wanted);
}

/** The highest role that is held in a project; null for none. */
export function roleIn(held: Roles, project: string): Role | null {
  const candidates = [held.get(project), held.get(everyProject)].filter(
    (role) => role !== undefined,
  );
  return candidates.reduce<Role | null>(
    (best, role) => (best === null || covers(role, best) ? role : best),
    null,
  );
}

/** Whether the role is held in this project. */
export function holds(held: Roles, wanted: Role, project: string): boolean {
  const role = roleIn(held, project);
  return role !== null && covers(role, wanted);
}

/** Whether the role is held in all of these projects. Of no project: in every one there is. */
export function holdsInAll(held: Roles, wanted: Role, projects: readonly string[]): boolean {
  if (projects.length === 0) return holds(held, wanted, everyProject);
  return projects.every((project) => holds(held, wanted, project));
}

/** Whether there is a project in which the role is held. */
export function holdsSomewhere(held: Roles, wanted: Role): boolean {
  return [...held.values()].some((role) => covers(role, wanted));
}
