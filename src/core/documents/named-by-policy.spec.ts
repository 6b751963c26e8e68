import { expect, it } from '@jest/globals';
import { checkFiles } from '../../language/check-files.ts';
import { namedDocuments } from '../../language/named-documents.ts';
import { sha256 } from '../../../test/support/sha256.ts';
import { namedByPolicy } from './named-by-policy.ts';

const text = `
apiVersion: crossfade/v1
kind: Target
metadata: { name: db }
spec: { url: { env: DB_URL } }
---
apiVersion: crossfade/v1
kind: Target
metadata: { name: clone }
spec: { url: { env: CLONE_URL } }
---
apiVersion: crossfade/v1
kind: Provider
metadata: { name: main }
spec: { prometheus: { url: { env: PROMETHEUS_URL } } }
---
apiVersion: crossfade/v1
kind: Provider
metadata: { name: team }
spec: { webhook: { url: { env: HOOK_URL }, secret: { env: HOOK_SECRET } } }
---
apiVersion: crossfade/v1
kind: Profile
metadata: { name: careful }
spec: { guards: [{ name: slo, threshold: { prometheus: main, expr: up, min: 1 } }] }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: api, project: shop }
spec: { target: db, unit: { key: tenantId }, profile: careful }
---
apiVersion: crossfade/v1
kind: SchemaMigration
metadata: { name: m, project: shop }
spec:
  target: db
  from: v1
  to: v2
  operations: [{ addColumn: { table: users, column: c, type: date } }]
---
apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: p, project: shop }
spec:
  service: api
  schemaMigration: m
  notify: { page: team }
  steps: [{ rehearse: { on: clone } }, { expand: {} }]
`;

const words = (keys: readonly { kind: string; name: string }[]): string =>
  keys
    .map(({ kind, name }) => `${kind} ${name}`)
    .toSorted()
    .join(', ');

it('a rollout lives by all that its policy names, wherever that is written', () => {
  const { documents, policies, faults } = checkFiles([{ name: 'a.yaml', text }], [], sha256);
  expect(faults).toEqual([]);
  const [policy] = policies;
  expect(policy && words(namedByPolicy(policy))).toBe(
    'Provider main, Provider team, RolloutPolicy p, SchemaMigration m, Service api, Target clone, Target db',
  );
  const named = documents.map((one) => [one.name, words(namedDocuments(one))].join(': '));
  expect(named).toEqual([
    'db: ',
    'clone: ',
    'main: ',
    'team: ',
    'careful: Provider main',
    'api: Profile careful, Target db',
    'm: Target db',
    'p: Provider team, SchemaMigration m, Service api, Target clone',
  ]);
});
