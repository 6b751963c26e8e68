import { describe, expect, it } from '@jest/globals';
import type { AlertEvent, CommandEvent } from '../../core/protocol/rollout-event.ts';
import { actions } from '../../core/rollout/transitions.ts';
import { alertMay, answerWords, entryPath, eventLook, labelWords } from './event-words.ts';

const asked = (answer: CommandEvent['command']['answer']): CommandEvent => ({
  kind: 'command',
  id: 'command-7',
  at: 5,
  command: { id: '7', verb: 'pause', by: 'ann', reason: 'lunch', at: 5, answer },
});

const fires = (part: Partial<AlertEvent['alert']> = {}, isOver = false): AlertEvent => ({
  kind: 'alert',
  id: 'alert-a1',
  at: 5,
  isOver,
  alert: {
    id: 'a1',
    name: 'Slow',
    source: 'grafana',
    labels: { alertname: 'Slow', severity: 'page' },
    summary: '',
    link: null,
    startsAt: null,
    action: 'hold',
    did: [],
    ...part,
  },
});

describe('an entry of the timeline', () => {
  it('looks like what was decided, whatever that was', () => {
    for (const action of actions) {
      const decision = {
        seq: 1,
        at: 5,
        from: 'running',
        to: 'running',
        step: '',
        reason: '',
      };
      const view = { ...decision, action, by: 'crossfade', guards: [] } as const;
      const look = eventLook({
        kind: 'decision',
        id: 'decision-1',
        at: 5,
        decision: view as never,
      });
      expect(look.word).toBe(action);
      expect(look.icon).toEqual(expect.any(String));
    }
  });

  it.each([
    [null, 'asked', 'warn', 'Not answered yet'],
    [{ accepted: true, reason: 'lunch' }, 'asked', 'quiet', 'Done'],
    [{ accepted: true, reason: 'it was paused' }, 'asked', 'quiet', 'Done: it was paused'],
    [{ accepted: false, reason: 'it is over' }, 'refused', 'bad', 'it is over'],
  ])('says what became of a command: %j', (answer, word, tone, words) => {
    expect(eventLook(asked(answer))).toMatchObject({ word, tone });
    expect(answerWords(asked(answer))).toBe(words);
  });

  it('says what an alert may do, by which labels, and when it is over', () => {
    expect(eventLook(fires())).toMatchObject({ word: 'fires', tone: 'bad' });
    expect(eventLook(fires({ action: 'notify' }))).toMatchObject({ word: 'fires', tone: 'quiet' });
    expect(eventLook(fires({}, true)).word).toBe('over');
    expect(alertMay(fires())).toBe('may hold it');
    expect(labelWords(fires())).toEqual(['severity=page']);
  });

  it('has an address of its own', () => {
    expect(entryPath('users-1', fires())).toBe('/rollouts/users-1?until=5&entry=alert-a1');
  });
});
