import { defaults } from '../../core/policy/defaults.ts';
import type { PolicyDocument } from '../document.ts';
import type { Context } from './context.ts';
import type { Findings } from './findings.ts';

/** The documents that a Service or SchemaMigration names must exist; `standard` is not for redefining. */
export function checkReferences(
  document: PolicyDocument,
  context: Context,
  findings: Findings,
): void {
  const { kind, name, project, source, spec } = document;
  if (kind === 'Profile' && name === defaults.profile) {
    const message = 'profile `standard` is built in; choose another name';
    findings.wrong(source, ['metadata', 'name'], message);
  }
  if (kind === 'Service' || kind === 'SchemaMigration') {
    const target = spec.target;
    if (context.find('Target', project, target) === null) {
      const known = context.names('Target', project);
      findings.unknown(source, ['spec', 'target'], { kind: 'Target', name: target, known });
    }
  }
  if (kind !== 'Service') return;
  const { profile = defaults.profile } = spec;
  if (profile === defaults.profile || context.find('Profile', project, profile) !== null) return;
  const known = [defaults.profile, ...context.names('Profile', project)];
  findings.unknown(source, ['spec', 'profile'], { kind: 'Profile', name: profile, known });
}
