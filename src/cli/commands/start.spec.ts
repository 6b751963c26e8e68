import { describe, expect, it } from '@jest/globals';
import { look, viewWith } from '../../../test/support/rollout-view.ts';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import { rolloutDetail } from '../views/rollout-detail.ts';

const started = (changes: Parameters<typeof viewWith>[0]) =>
  askServer(
    new ScriptedApi({ 'POST /api/v1/rollouts': [{ status: 201, body: viewWith(changes) }] }),
    'start users-birthdate',
  );

describe('start', () => {
  it('says what has begun, and how to follow it', async () => {
    const ran = await started({ phase: 'running' });
    expect(ran.out).toMatch(/^users-birthdate started: attempt 1, revision /);
    expect(ran.err).toContain('follow it: crossfade status users-birthdate --watch');
  });

  it('says that nothing has where the policy was carried out to its end', async () => {
    const ran = await started({ phase: 'completed' });
    expect(ran).toMatchObject({
      status: 0,
      out: 'users-birthdate nothing to do: attempt 1 has carried it out already\n',
      err: 'what is left of it: crossfade cleanup users-birthdate\n',
    });
    const status = rolloutDetail(viewWith({ phase: 'completed', stepIndex: 6 }), look);
    expect(status).toContain('you can   why | cleanup users-birthdate\n');
  });
});
