import type { DocumentOf, PolicyDocument } from '../document.ts';
import type { StepInput } from '../kinds/step.ts';
import type { Path } from '../source/located.ts';
import type { Findings } from './findings.ts';
import type { Plan } from './layers.ts';

/** Names each place of a document that the language knows and this version cannot carry out. */
export function refuseUnsupported(document: PolicyDocument, findings: Findings): void {
  const refuse: Refuse = (path, what) => findings.unsupported(document.source, path, what);
  if (document.kind === 'Provider' && document.spec.unleash !== undefined) {
    refuse(['spec', 'unleash'], 'a Provider for `unleash`');
  }
  if (document.kind === 'Profile') refusePlan(document.spec, refuse);
  if (document.kind === 'RolloutPolicy') refusePolicy(document.spec, refuse);
}

type Refuse = (path: Path, what: string) => void;

function refusePolicy(spec: DocumentOf<'RolloutPolicy'>['spec'], refuse: Refuse): void {
  if (spec.notify !== undefined) refuse(['spec', 'notify'], '`notify`');
  refusePlan(spec, refuse);
}

function refusePlan(plan: Plan, refuse: Refuse): void {
  for (const [index, step] of (plan.steps ?? []).entries()) {
    refuseStep(step, ['spec', 'steps', index], refuse);
  }
}

function refuseStep(step: StepInput, path: Path, refuse: Refuse): void {
  if (step.approve !== undefined) refuse([...path, 'approve'], 'step `approve`');
}
