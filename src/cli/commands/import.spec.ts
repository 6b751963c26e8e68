import { describe, expect, it } from '@jest/globals';

import { lintImport } from '../../../test/support/lint-import.ts';
import { runCommand as run } from '../../../test/support/run-command.ts';

const folder = 'test/fixtures/import';

describe('import', () => {
  it('prints guards to stdout and what is lost to stderr', async () => {
    const ran = await run(`import -f ${folder}/argo-success-rate.yaml`);
    expect(ran.status).toBe(0);
    expect(lintImport(ran.out)).toEqual([]);
    expect(ran.out).toContain(`# ${folder}/argo-success-rate.yaml:17: failureLimit 3:`);
    expect(ran.err).toBe(
      `${folder}/argo-success-rate.yaml:14:7: not carried over: \`initialDelay\`: a step's \`bake\` and the policy's \`warmup\` say how long to wait\n` +
        '2 documents, 1 not carried over\n',
    );
  });

  it('prints the same as JSON', async () => {
    const ran = await run(`import -f ${folder}/argo-success-rate.yaml -o json`);
    const { documents, remarks, notCarriedOver } = JSON.parse(ran.out) as Record<string, object[]>;
    expect(documents).toMatchObject([{ kind: 'Provider' }, { kind: 'Profile' }]);
    expect(remarks?.[1]).toMatchObject({ line: 22, column: 18 });
    expect(notCarriedOver).toMatchObject([{ line: 14, column: 7 }]);
  });

  it('takes arguments of templates', async () => {
    const line = `import -f ${folder}/argo-not-expressible.yaml --arg given-by-the-rollout=a=b --arg api-token=x`;
    expect((await run(line)).out).toContain(`expr: q{service="a=b"}`);
    const ran = await run(`import -f ${folder}/argo-list.yaml --arg nothing`);
    expect([ran.status, ran.err]).toEqual([
      2,
      'crossfade: --arg is `nothing`; expected NAME=VALUE\n',
    ]);
  });

  it('refuses a faulty file with status 2 and prints nothing else', async () => {
    const ran = await run(`import -f ${folder}/invalid/nothing.yaml`);
    expect(ran.status).toBe(2);
    expect(ran.out).toMatch(/^test\/fixtures\/import\/invalid\/nothing\.yaml:1:1: nothing here/);
    expect(ran.err).toBe('1 fault in 1 file; nothing is imported\n');
  });
});
