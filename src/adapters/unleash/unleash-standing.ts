import type { FlagStanding } from '../../engine/ports/flag-provider.ts';
import type { UnleashAdminApi } from './unleash-admin-api.ts';
import type { UnleashOptions } from './unleash-options.ts';

/** What the calls of this adapter need, by Unleash's own names. */
const needed = [
  'CREATE_FEATURE',
  'UPDATE_FEATURE',
  'CREATE_FEATURE_STRATEGY',
  'UPDATE_FEATURE_STRATEGY',
  'DELETE_FEATURE_STRATEGY',
  'UPDATE_FEATURE_ENVIRONMENT',
  'CREATE_CONTEXT_FIELD',
  'UPDATE_CONTEXT_FIELD',
];

/** A right as `GET user` lists it; without project or environment it holds in all. */
interface Permission {
  readonly permission?: string;
  readonly project?: string | null;
  readonly environment?: string | null;
}

interface Answers {
  readonly permissions?: readonly Permission[];
  readonly environments?: readonly { readonly name?: string; readonly enabled?: boolean }[];
  readonly version?: string;
}

type Place = Pick<UnleashOptions, 'project' | 'environment'>;

/** Which Unleash it is, and what the identity of the token lacks in the one place that it writes to. */
export async function unleashStanding(api: UnleashAdminApi, place: Place): Promise<FlagStanding> {
  const project = encodeURIComponent(place.project);
  const [user, environments, known, about] = await Promise.all(
    ['user', `environments/project/${project}`, `projects/${project}/overview`, 'ui-config'].map(
      async (path) => (await api.get(path)).body as Answers | null,
    ),
  );
  const { version = '' } = about ?? {};
  return {
    words: `Unleash ${version}, project ${place.project}, environment ${place.environment}`,
    lacks: [
      ...(known === null ? [`project ${place.project}`] : []),
      ...missingEnvironment(environments?.environments ?? [], place),
      ...needed.filter(
        (right) => !(user?.permissions ?? []).some((one) => gives(one, right, place)),
      ),
    ],
  };
}

function missingEnvironment(
  known: NonNullable<Answers['environments']>,
  place: Place,
): readonly string[] {
  const found = known.find(({ name }) => name === place.environment);
  if (found === undefined) return [`environment ${place.environment}`];
  return found.enabled === false ? [`environment ${place.environment} is switched off`] : [];
}

function gives(given: Permission, right: string, { project, environment }: Place): boolean {
  if (given.permission === 'ADMIN') return true;
  const isHere = (place: string | null | undefined, here: string): boolean =>
    place === undefined || place === null || place === '' || place === '*' || place === here;
  return (
    given.permission === right &&
    isHere(given.project, project) &&
    isHere(given.environment, environment)
  );
}
