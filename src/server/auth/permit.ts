import { everyProject, holds, holdsInAll, holdsSomewhere } from '../../core/access/role.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { ProjectDirectory, ProjectKey } from '../../engine/ports/project-directory.ts';
import type { Bearer } from '../../engine/ports/token-store.ts';
import { type Access, accessWords, type RoleNeeded } from './access.ts';

/** Where a request says what it is about. */
export interface AskedAbout {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Returns when one of the rules lets the bearer in; else throws `forbidden` with all of them. */
export async function permit(
  bearer: Bearer,
  access: readonly Access[],
  asked: AskedAbout,
  directory: ProjectDirectory,
): Promise<void> {
  if (holds(bearer.roles, 'admin', everyProject)) return;
  for (const rule of access) {
    const open =
      typeof rule === 'string'
        ? rule === bearer.scope
        : await hasRole(bearer, rule, asked, directory);
    if (open) return;
  }
  throw new CrossfadeError(
    'forbidden',
    `this call is for ${access.map(accessWords).join(' or ')}; this token is for ${bearerWords(bearer)}`,
  );
}

async function hasRole(
  { roles }: Bearer,
  { role, in: place }: RoleNeeded,
  asked: AskedAbout,
  directory: ProjectDirectory,
): Promise<boolean> {
  if (holds(roles, role, everyProject)) return true;
  if (place === 'everywhere' || !holdsSomewhere(roles, role)) return false;
  if (place === 'somewhere') return true;
  if (place === 'project') return holdsInAll(roles, role, [asked.query['project']].filter(isText));
  const name = nameOf(place, asked);
  const stored = name === null ? [] : await directory.projectsOf(place, name);
  return holdsInAll(roles, role, [...stored, ...wantedProject(place, asked)]);
}

/** By what a request names the thing; null when it does not. */
function nameOf(key: ProjectKey, { params, body }: AskedAbout): string | null {
  const named = {
    rollout: params['name'] ?? params['id'],
    policy: params['name'] ?? fieldOf(body, 'policy'),
    decision: params['seq'],
    target: params['name'],
    flag: params['name'],
    feature: params['name'],
  }[key];
  return isText(named) ? named : null;
}

/** What is written says itself where it is to belong. */
function wantedProject(key: ProjectKey, { body }: AskedAbout): readonly string[] {
  return key === 'feature' ? [fieldOf(body, 'project')].filter(isText) : [];
}

function fieldOf(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, field)
    ? (body as Record<string, unknown>)[field]
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function bearerWords({ scope, roles }: Bearer): string {
  if (roles.size === 0) return `scope ${scope}`;
  const held = [...roles].map(([project, role]) =>
    project === everyProject ? `${role} in every project` : `${role} in ${project}`,
  );
  return held.join(', ');
}
