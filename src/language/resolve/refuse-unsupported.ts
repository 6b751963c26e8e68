import type { DocumentOf, PolicyDocument } from '../document.ts';
import type { Path } from '../source/located.ts';
import type { Findings } from './findings.ts';

/** Names each place of a document that the language knows and this version cannot carry out. */
export function refuseUnsupported(document: PolicyDocument, findings: Findings): void {
  const refuse: Refuse = (path, what) => findings.unsupported(document.source, path, what);
  if (document.kind === 'Provider' && document.spec.unleash !== undefined) {
    refuse(['spec', 'unleash'], 'a Provider for `unleash`');
  }
  if (document.kind === 'RolloutPolicy') refusePolicy(document.spec, refuse);
}

type Refuse = (path: Path, what: string) => void;

function refusePolicy(spec: DocumentOf<'RolloutPolicy'>['spec'], refuse: Refuse): void {
  if (spec.notify !== undefined) refuse(['spec', 'notify'], '`notify`');
}
