import type { PolicyDocument } from '../document.ts';
import type { Findings } from './findings.ts';

/** Names each place of a document that the language knows and this version cannot carry out. */
export function refuseUnsupported(
  { kind, spec, source }: PolicyDocument,
  findings: Findings,
): void {
  if (kind !== 'Provider' || spec.unleash === undefined) return;
  findings.unsupported(source, ['spec', 'unleash'], 'a Provider for `unleash`');
}
