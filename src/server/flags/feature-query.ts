import type { FlagCatalog } from '../../core/flags/catalog/flag-catalog.ts';
import { segmentIdsOf } from '../../core/flags/catalog/served-state.ts';
import type { FeatureState } from '../../core/flags/feature.ts';

/** Clients of this specification and later take segments apart from the flags. */
const SEGMENTS_SINCE = [4, 2] as const;

/** What a client narrows `GET client/features` by, and how it wants it. */
export interface FeatureQuery {
  readonly project: readonly string[];
  readonly namePrefix: string;
  /** `TYPE:VALUE`; a flag must have one of them. */
  readonly tag: readonly string[];
  /** True for clients that know no segments: they are given the constraints in each strategy. */
  readonly inlineSegments: boolean;
  /** The same for the same query. */
  readonly key: string;
}

/** What nearly every client asks. */
const EVERYTHING: FeatureQuery = {
  project: [],
  namePrefix: '',
  tag: [],
  inlineSegments: false,
  key: 'everything',
};

type Given = Readonly<Record<string, unknown>>;

/** Reads the query; what is no text is not there. An older or unknown specification means inline. */
export function featureQuery(given: Given, specification: string | undefined): FeatureQuery {
  if (isEmpty(given) && knowsSegments(specification)) return EVERYTHING;
  const query = {
    project: textsOf(given['project']),
    namePrefix: textsOf(given['namePrefix'])[0] ?? '',
    tag: textsOf(given['tag']),
    inlineSegments: !knowsSegments(specification),
  };
  return { ...query, key: JSON.stringify(query) };
}

/** What the query leaves of a state. */
export function narrowed(
  catalog: FlagCatalog,
  state: FeatureState,
  { project, namePrefix, tag }: FeatureQuery,
): FeatureState {
  if (project.length === 0 && namePrefix === '' && tag.length === 0) return state;
  const features = state.features.filter(
    (feature) =>
      (project.length === 0 || project.includes(feature.project ?? '')) &&
      feature.name.startsWith(namePrefix) &&
      (tag.length === 0 || tagsOf(catalog, feature.name).some((own) => tag.includes(own))),
  );
  const used = segmentIdsOf(features);
  return { features, segments: state.segments.filter(({ id }) => used.has(id)) };
}

function tagsOf(catalog: FlagCatalog, name: string): readonly string[] {
  const item = catalog.entries.get(`feature ${name}`)?.item;
  return item?.kind === 'feature' ? item.feature.tags : [];
}

function isEmpty(given: Given): boolean {
  for (const _name in given) return false;
  return true;
}

function knowsSegments(specification = ''): boolean {
  const [major = 0, minor = 0] = (/^(\d+)\.(\d+)\./.exec(specification) ?? []).slice(1).map(Number);
  return major > SEGMENTS_SINCE[0] || (major === SEGMENTS_SINCE[0] && minor >= SEGMENTS_SINCE[1]);
}

function textsOf(value: unknown): readonly string[] {
  return [value].flat().filter((item): item is string => typeof item === 'string' && item !== '');
}
