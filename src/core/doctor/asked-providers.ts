import { type MetricQuery, metricQueriesOf } from '../metrics/metric-query.ts';
import { defaults } from '../policy/defaults.ts';
import type { Policy } from '../policy/policy.ts';

/** A Provider document by its place. */
export interface ProviderName {
  readonly project: string;
  readonly name: string;
}

/** A guard with the question that it asks of a provider. */
export interface Asking {
  readonly policy: string;
  readonly guard: string;
  readonly query: MetricQuery;
}

/** A provider with the guards that ask it. */
export interface AskedProvider extends ProviderName {
  readonly asking: readonly Asking[];
}

/**
 * The declared providers and those that guards name, once each. A guard's provider is the one of its
 * policy's project, else the one of the default project.
 */
export function askedProviders(
  policies: readonly Pick<Policy, 'name' | 'project' | 'guards'>[],
  declared: readonly ProviderName[],
): readonly AskedProvider[] {
  const all = new Map<string, { project: string; name: string; asking: Asking[] }>();
  const of = ({ project, name }: ProviderName) => {
    const key = JSON.stringify([project, name]);
    const present = all.get(key) ?? { project, name, asking: [] };
    all.set(key, present);
    return present;
  };
  const isDeclared = (project: string, name: string): boolean =>
    declared.some((one) => one.project === project && one.name === name);
  for (const policy of policies) {
    for (const [guard, query] of metricQueriesOf(policy)) {
      const name = query.provider;
      if (name === null) continue;
      const shared = !isDeclared(policy.project, name) && isDeclared(defaults.project, name);
      const project = shared ? defaults.project : policy.project;
      of({ project, name }).asking.push({ policy: policy.name, guard, query });
    }
  }
  for (const one of declared) of(one);
  return [...all.values()];
}
