import { describe, expect, it } from '@jest/globals';
import { decisionWith, now, viewWith } from '../../../test/support/rollout-view.ts';
import { firingAlert } from '../../../test/support/firing-alert.ts';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';

const at = 'GET /api/v1/rollouts/users-birthdate';
const command = { id: 'c1', verb: 'pause', by: 'ann', reason: 'lunch', at: now - 30_000 };
const concern = { rollout: 'r-1', policy: 'users-birthdate', project: 'default', did: [] };
const alert = {
  ...firingAlert(now - 40_000),
  status: 'resolved',
  resolvedAt: now - 10_000,
  concerns: [{ ...concern, action: null }],
};
const other = { ...alert, id: 'ffff', concerns: [{ ...concern, rollout: 'r-2' }] };

function ask(line: string) {
  const decisions = [
    decisionWith({ seq: 7, at: now - 20_000, action: 'pause', by: 'ann', reason: 'lunch' }),
  ];
  const commands = [
    { ...command, answer: { accepted: true, reason: '' } },
    {
      ...command,
      id: 'c2',
      verb: 'promote',
      at: now - 5_000,
      reason: null,
      answer: { accepted: false, reason: 'it is paused' },
    },
  ];
  const api = new ScriptedApi({
    [at]: [{ body: viewWith() }],
    [`${at}/decisions?after=0`]: [{ body: { decisions } }],
    [`${at}/decisions?after=7`]: [{ body: { decisions: [] } }],
    [`${at}/commands`]: [{ body: { commands } }],
    'GET /api/v1/alerts': [{ body: { alerts: [alert, other], now } }],
  });
  return askServer(api, line);
}

describe('history', () => {
  it('tells oldest first what happened, by whom and why, of this rollout alone', async () => {
    const { status, out } = await ask('history users-birthdate');
    expect(status).toBe(0);
    const told = out.trimEnd().split('\n');
    expect(told.map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
      ['AT', 'WHO', 'WHAT', 'WHY'],
      ['03:15:40', 'alertmanager', 'CheckoutErrors fires', 'half of all payments fail'],
      ['03:15:50', 'ann', 'asks for pause', 'lunch'],
      ['03:16:00', 'ann', 'pause', expect.any(String)],
      ['03:16:10', 'alertmanager', 'CheckoutErrors is over'],
      ['03:16:15', 'ann', 'asks for promote', 'refused: it is paused'],
    ]);
  });

  it('is the last so many, and says how many came before', async () => {
    const { out, err } = await ask('history users-birthdate --limit 1');
    expect(out.split('\n')).toHaveLength(3);
    expect(out).toContain('asks for promote');
    expect(err).toBe('4 earlier: --limit 5\n');
  });

  it('begins so long ago', async () => {
    const { out } = await ask('history users-birthdate --since 12s -o json');
    const { events } = JSON.parse(out) as { events: readonly { id: string }[] };
    expect(events.map(({ id }) => id)).toEqual([alert.id, 'c2']);
    expect((await ask('history users-birthdate --since 12s -o name')).out).toBe(
      `alert/${alert.id}\ncommand/c2\n`,
    );
  });

  it.each(['--limit 0', '--limit many', '--since lately'])('refuses %s', async (option) => {
    expect((await ask(`history users-birthdate ${option}`)).status).toBe(2);
  });
});
