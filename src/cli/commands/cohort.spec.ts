import { describe, expect, it } from '@jest/globals';
import { askServer, runCommand } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { CohortView } from '../../core/protocol/cohort-view.ts';

const view: CohortView = {
  policy: 'users-birthdate',
  target: 'users-db',
  units: 300,
  knownFrom: 'table',
  measuredIn: 'users-birthdate-1',
  steps: [
    { step: 1, name: 'expand', units: 0, traffic: 0 },
    { step: 2, name: 'share 3 units', units: 3, traffic: 0.009, list: ['a', 'b', 'c\u001b'] },
  ],
};
const policy = { readStdin: () => Promise.resolve('kind: RolloutPolicy\n') };
const server = () => new ScriptedApi({ 'POST /api/v1/cohorts': [{ body: { cohorts: [view] } }] });

describe('cohort', () => {
  it('says for each step how many units it moves and what they ask for', async () => {
    const api = server();
    const ran = await askServer(api, 'cohort -f - --target staging', policy);
    expect(ran.out.split('\n').slice(0, 2)).toEqual([
      'users-birthdate  300 units in the unit table of users-db, traffic of users-birthdate-1',
      '1  expand         0 of 300 units  0.00% of the traffic',
    ]);
    expect(ran.status).toBe(0);
    expect(api.seen[0]?.body).toEqual({
      files: [{ name: 'stdin', text: 'kind: RolloutPolicy\n' }],
      target: 'staging',
    });
  });

  it('lists who is in a step, one line each, and nothing that moves the cursor', async () => {
    const api = server();
    const ran = await askServer(api, 'cohort -f - --step 2 --list', policy);
    expect(ran.out.split('\n').slice(1)).toEqual([
      '2  share 3 units  3 of 300 units  0.90% of the traffic',
      '  a',
      '  b',
      '  c ',
      '',
    ]);
    expect(api.seen[0]?.body).toMatchObject({ list: 2 });
  });

  it('gives the same as JSON', async () => {
    const ran = await askServer(server(), 'cohort -f - -o json', policy);
    expect(JSON.parse(ran.out)).toEqual({ cohorts: [view] });
  });

  it('says that traffic is not known before anything ran', async () => {
    const unmeasured = { ...view, knownFrom: 'traffic', measuredIn: null };
    const api = new ScriptedApi({
      'POST /api/v1/cohorts': [{ body: { cohorts: [unmeasured] } }],
    });
    const ran = await askServer(api, 'cohort -f -', policy);
    expect(ran.out).toContain('300 units with traffic, traffic not known before the first attempt');
  });

  it.each([
    ['cohort -f - --list', '`--list` needs `--step N`'],
    ['cohort -f - --step last', '--step is `last`; expected its number, from 1'],
    ['cohort', '--file'],
  ])('refuses %s', async (typed, said) => {
    const ran = await runCommand(typed, policy);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain(said);
  });

  it('refuses a step that no policy has', async () => {
    const ran = await askServer(server(), 'cohort -f - --step 9', policy);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('no step 9; users-birthdate has 2');
  });
});
