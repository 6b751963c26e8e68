import type { DocumentKey } from '../core/documents/document-key.ts';
import type { DocumentOf, PolicyDocument } from './document.ts';
import type { GuardInput } from './kinds/guard.ts';
import type { StepInput } from './kinds/step.ts';

/** The documents that one names, each in its own project: whether it is shared by all is for who looks it up. */
export function namedDocuments(document: PolicyDocument): readonly DocumentKey[] {
  return namesIn(document).map(([kind, name]) => ({ kind, project: document.project, name }));
}

type Name = readonly [kind: PolicyDocument['kind'], name: string];

function namesIn(document: PolicyDocument): readonly Name[] {
  switch (document.kind) {
    case 'Target':
    case 'Provider':
      return [];
    case 'Service': {
      const { target, profile } = document.spec;
      return [['Target', target], ...all('Profile', profile)];
    }
    case 'SchemaMigration':
      return [['Target', document.spec.target]];
    case 'Profile':
      return namesInPlan(document.spec);
    case 'RolloutPolicy':
      return [...namesInPlan(document.spec), ...namesInPolicy(document.spec)];
  }
}

function namesInPolicy({
  service,
  services = [],
  schemaMigration,
  notify,
}: DocumentOf<'RolloutPolicy'>['spec']): readonly Name[] {
  return [
    ...all('Service', service, ...services.map(({ name }) => name)),
    ...all('SchemaMigration', schemaMigration),
    ...all('Provider', ...[notify?.page ?? [], notify?.info ?? []].flat()),
  ];
}

interface Plan {
  readonly guards?: readonly GuardInput[] | undefined;
  readonly steps?: readonly StepInput[] | undefined;
}

function namesInPlan({ guards = [], steps = [] }: Plan): readonly Name[] {
  return [
    ...all('Provider', ...guards.map(providerOf)),
    ...all('Target', ...steps.map(({ rehearse }) => rehearse?.on)),
  ];
}

function providerOf(guard: GuardInput): string | undefined {
  if (typeof guard === 'string') return undefined;
  const asked =
    'threshold' in guard ? guard.threshold : 'source' in guard ? guard.source : undefined;
  return asked !== undefined && 'prometheus' in asked ? asked.prometheus : undefined;
}

function all(kind: PolicyDocument['kind'], ...names: readonly (string | undefined)[]): Name[] {
  return names.flatMap((name) => (name === undefined ? [] : [[kind, name] as const]));
}
