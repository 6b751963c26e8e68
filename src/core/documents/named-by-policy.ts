import { metricQueriesOf } from '../metrics/metric-query.ts';
import type { Policy } from '../policy/policy.ts';
import type { DocumentKey } from './document-key.ts';

/** The documents that a rollout of the policy was made from, or still asks for by their names. */
export function namedByPolicy(policy: Policy): readonly DocumentKey[] {
  const { project, notify } = policy;
  const all = (kind: string, names: readonly string[]): DocumentKey[] =>
    names.map((name) => ({ kind, project, name }));
  const asked = [...metricQueriesOf(policy).values()].flatMap(({ provider }) => provider ?? []);
  const clones = policy.steps.flatMap((step) =>
    step.kind === 'rehearse' && step.on !== undefined ? [step.on] : [],
  );
  return [
    ...all('RolloutPolicy', [policy.name]),
    ...all('SchemaMigration', [policy.schemaMigration.name]),
    ...all(
      'Service',
      policy.services.map(({ name }) => name),
    ),
    ...all('Target', [policy.target, ...clones]),
    ...all('Provider', [...asked, ...(notify?.page ?? []), ...(notify?.info ?? [])]),
  ];
}
