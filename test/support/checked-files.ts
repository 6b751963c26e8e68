import { checkFiles, type CheckedFiles } from '../../src/language/check-files.ts';
import { sha256 } from './sha256.ts';

/** Target, Service and Profile that a policy stands on; `PROFILE` is what the service names. */
export const base = `apiVersion: crossfade/v1
kind: Target
metadata: { name: users-db }
spec: { url: { env: USERS_DB_URL } }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: users-api }
spec: { target: users-db, atLeast: 4, unit: { key: tenantId }, profile: PROFILE }
---
apiVersion: crossfade/v1
kind: Profile
metadata: { name: careful }
spec:
  guards: [errors, { name: locks, threshold: { target: lock_wait, max: 500ms }, onFail: hold }]
  evidence: { history: 1d, warmup: 2m }
  onFail: hold
  backup: { to: target, keepFor: 1h }
`;

/** A policy over `under`; `spec` is indented below `spec:`. */
export function checkPolicyText(
  spec: string,
  profile = 'standard',
  name = 'users-birthdate',
  under = base,
): CheckedFiles {
  const policy = `apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: ${name} }
spec:
  service: users-api
  change: [{ addColumn: { table: users, column: birthdate, type: date, up: dob::date, down: { dob: birthdate::text } } }]
${spec}`;
  const files = [
    { name: 'base.yaml', text: under.replace('PROFILE', profile) },
    { name: 'p.yaml', text: policy },
  ];
  return checkFiles(files, [], sha256);
}
