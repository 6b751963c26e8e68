import { describe, expect, it } from '@jest/globals';
import type { RolloutEvent } from '../../core/protocol/rollout-event.ts';
import { decisionWith, now, viewWith } from '../../../test/support/rollout-view.ts';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';

const at = 'GET /api/v1/rollouts/users-birthdate-1/events';
const paused = decisionWith({ seq: 7, at: now - 20_000, action: 'pause', by: 'ann' });
const command = { verb: 'pause', by: 'ann', reason: 'lunch' } as const;
const answers = {
  c1: { ...command, id: 'c1', at: now - 30_000, answer: { accepted: true, reason: '' } },
  c2: {
    ...command,
    id: 'c2',
    verb: 'promote',
    at: now - 5_000,
    reason: null,
    answer: { accepted: false, reason: 'it is paused' },
  },
} as const;
const alert = {
  id: 'a1',
  name: 'CheckoutErrors',
  source: 'alertmanager',
  labels: {},
  summary: 'half of all payments fail',
  link: null,
  startsAt: null,
  action: 'hold',
  did: [],
} as const;

const events: readonly RolloutEvent[] = [
  { kind: 'alert', id: 'alert-a1', at: now - 40_000, isOver: false, alert },
  { kind: 'command', id: 'command-c1', at: now - 30_000, command: answers.c1 },
  { kind: 'decision', id: 'decision-7', at: now - 20_000, decision: paused },
  { kind: 'alert', id: 'alert-a1-over', at: now - 10_000, isOver: true, alert },
  { kind: 'command', id: 'command-c2', at: now - 5_000, command: answers.c2 },
];

function ask(line: string, pages: Readonly<Record<string, object>>) {
  const told = Object.entries(pages).map(([query, body]) => [`${at}?${query}`, [{ body }]]);
  const view = { body: { ...viewWith(), id: 'users-birthdate-1' } };
  const rollout = { 'GET /api/v1/rollouts/users-birthdate': [view] };
  return askServer(new ScriptedApi({ ...rollout, ...Object.fromEntries(told) }), line);
}

describe('history', () => {
  it('tells oldest first what happened, by whom and why', async () => {
    const { status, out } = await ask('history users-birthdate', {
      'since=0&limit=50': { events, hasEarlier: false },
    });
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

  it('is the last so many, in as many pages as it takes, and says that there are more', async () => {
    const { out, err } = await ask('history users-birthdate --limit 202 -o table', {
      'since=0&limit=200': { events: events.slice(3), hasEarlier: true },
      [`since=0&limit=200&until=${now - 10_001}`]: {
        events: events.slice(0, 3),
        hasEarlier: false,
      },
    });
    expect([out.split('\n').length, err]).toEqual([7, '']);
    const cut = await ask('history users-birthdate --limit 1', {
      'since=0&limit=1': { events: events.slice(4), hasEarlier: true },
    });
    expect(cut.out).toContain('asks for promote');
    expect(cut.err).toBe('there are earlier ones: --limit 2\n');
  });

  it('begins so long ago', async () => {
    const pages = {
      [`since=${now - 12_000}&limit=50`]: { events: events.slice(3), hasEarlier: false },
    };
    const { out } = await ask('history users-birthdate --since 12s -o json', pages);
    const told = JSON.parse(out) as { events: readonly { id: string }[] };
    expect(told.events.map(({ id }) => id)).toEqual(['a1', 'c2']);
    expect((await ask('history users-birthdate --since 12s -o name', pages)).out).toBe(
      'alert/a1\ncommand/c2\n',
    );
  });

  it.each(['--limit 0', '--limit many', '--since lately'])('refuses %s', async (option) => {
    expect((await ask(`history users-birthdate ${option}`, {})).status).toBe(2);
  });
});
