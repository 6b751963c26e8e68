import { describe, expect, it } from '@jest/globals';
import { base, checkPolicyText as check } from '../../../test/support/checked-files.ts';
import { sha256 } from '../../../test/support/sha256.ts';
import { checkFiles } from '../check-files.ts';

const provider = (name: string, spec: string): string =>
  `---\napiVersion: crossfade/v1\nkind: Provider\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;

const providers =
  provider('channel', 'slack: { url: { env: SLACK_URL } }') +
  provider('oncall', 'webhook: { url: { env: PAGER_URL }, secret: { env: PAGER_SECRET } }') +
  provider('pictures', 'grafana: { url: { env: GRAFANA_URL }, token: { env: GRAFANA_TOKEN } }') +
  provider('main', 'prometheus: { url: { env: PROMETHEUS_URL } }');

function notified(notify: string) {
  const policy = `---
apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: p }
spec:
  service: users-api
  change: [{ addColumn: { table: t, column: c, type: int, up: a, down: { a: c } } }]
  notify: ${notify}
`;
  const text = base.replace('PROFILE', 'careful') + providers + policy;
  return checkFiles([{ name: 'f', text }], [], sha256);
}

const faults = (notify: string): readonly string[] =>
  notified(notify).faults.map(({ kind, message }) => `${kind}: ${message}`);

describe('notify', () => {
  it('names one provider for a route, or several', () => {
    const { policies } = notified('{ page: oncall, info: [channel, pictures] }');
    expect(policies[0]?.notify).toEqual({ page: ['oncall'], info: ['channel', 'pictures'] });
    expect(notified('{ info: channel }').policies[0]?.notify).toEqual({
      page: [],
      info: ['channel'],
    });
  });

  it('leaves a policy without it as it was', () => {
    expect(check('').policies[0]).not.toHaveProperty('notify');
  });

  it.each([
    ['{ page: oncal }', 'unknownReference: there is no Provider `oncal`; did you mean `oncall`?'],
    [
      '{ info: [channel, main] }',
      'wrong: Provider `main` tells nobody; expected one that is `slack`, `webhook` or `grafana`',
    ],
    ['{}', 'wrong: say who is told: write `page`, `info` or both'],
  ])('%s: %s', (notify, fault) => {
    expect(faults(notify)).toEqual([fault]);
  });
});
