import { checkFiles } from '../../src/language/check-files.ts';
import { sha256 } from './sha256.ts';

/** What lint and apply would say of imported YAML, by itself and with a policy that uses each profile. */
export function lintImport(yaml: string): readonly string[] {
  const file = { name: 'imported.yaml', text: yaml };
  const alone = checkFiles([file], [], sha256);
  const profiles = alone.documents.filter(({ kind }) => kind === 'Profile');
  const policies = profiles.map(({ name }, index) => ({
    name: `policy-${index}.yaml`,
    text: policyWith(name, index),
  }));
  const together = checkFiles([file, ...policies], [], sha256);
  const words = [...alone.faults, ...together.faults, ...together.warnings].map(
    ({ file: place, line, column, message }) => `${place}:${line}:${column}: ${message}`,
  );
  const missing = together.policies.length === profiles.length ? [] : ['a policy is missing'];
  return [...new Set([...words, ...missing])];
}

function policyWith(profile: string, index: number): string {
  return `
apiVersion: crossfade/v1
kind: Target
metadata: { name: db-${index} }
spec: { url: { env: DB_URL } }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: api-${index} }
spec: { target: db-${index}, unit: { key: tenantId }, profile: ${profile} }
---
apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: policy-${index} }
spec:
  service: api-${index}
  change:
    - addColumn: { table: users, column: birthdate, type: date, up: "dob::date", down: { dob: "birthdate::text" } }
`;
}
