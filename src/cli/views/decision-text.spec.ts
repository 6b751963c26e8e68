import { describe, expect, it } from '@jest/globals';

import {
  decisionWith,
  lines,
  look,
  measurementWith,
  now,
  viewWith,
} from '../../../test/support/rollout-view.ts';
import type { HoldCode } from '../../core/rollout/hold-code.ts';
import { decisionText } from './decision-text.ts';

describe('why', () => {
  const failed = measurementWith({
    verdict: 'fail',
    canary: 0.102,
    reason: 'evidence for harm 400 to 1',
  });

  it('gives the last decision with what was checked, also what saw no harm', () => {
    const latency = measurementWith({
      guard: 'latency',
      canary: null,
      reason: 'nobody is on the new side',
    });
    const decisions = [
      decisionWith({
        seq: 1,
        at: now - 200_000,
        action: 'start',
        step: 'expand',
        reason: 'started',
        by: 'ada',
      }),
      decisionWith({
        seq: 2,
        action: 'hold',
        reason: 'errors is worse',
        guards: [failed, latency],
      }),
    ];
    const view = viewWith({ waitingFor: 'evidence of this step' });
    expect(lines(decisionText(view, decisions, look))).toEqual([
      '03:14:05 HOLD, step share 10%, by crossfade  (now RUNNING at share 10%, exposure 10%)',
      'reason   errors is worse',
      'checked  errors: WORSE new 10.20% old 0.10% limit 0.16%  evidence for harm 400 to 1',
      '         latency: not judged  nobody is on the new side',
      'changes  evidence of this step; then it goes on by itself',
      'before   03:13:00 start  expand  started (ada)',
      'again    crossfade replay 2',
    ]);
  });

  it('says of a hold who ends it', () => {
    const changes = (code: HoldCode) => {
      const hold = { code, reason: 'because', since: 0 };
      const view = viewWith({ hold, waitingFor: 'because' });
      return lines(decisionText(view, [decisionWith({ action: 'hold' })], look)).find((line) =>
        line.startsWith('changes'),
      );
    };
    expect(changes('noData')).toBe('changes  once it is over: because; then it goes on by itself');
    expect(changes('quarantine')).toBe(
      'changes  somebody has to end it (docs/hold.md): because; then it goes on by itself',
    );
  });

  it('names the units that the evidence comes from, and what would be left without them', () => {
    const contributions = [
      { unit: 'clinic-001', requests: 194, failed: 17, logWithout: Math.log(34) },
      { unit: 'clinic-007', requests: 1, failed: 1, logWithout: Math.log(180) },
    ];
    const decision = decisionWith({ action: 'rollback', guards: [{ ...failed, contributions }] });
    expect(lines(decisionText(viewWith(), [decision], look))).toEqual(
      expect.arrayContaining([
        'units    clinic-001: 17 of 194 requests failed lately; without it the evidence is 34 to 1',
        '         clinic-007: 1 of 1 request failed lately; without it the evidence is 180 to 1',
      ]),
    );
  });

  it('names the person who is needed when it is paused', () => {
    const view = viewWith({
      phase: 'paused',
      stop: { reason: 'patience ended', by: 'crossfade', at: now },
    });
    expect(decisionText(view, [decisionWith({ action: 'pause' })], look)).toContain(
      'changes  a person: crossfade resume users-birthdate, or crossfade rollback users-birthdate\n',
    );
  });

  it('lists the six decisions before the last, newest first', () => {
    const decisions = Array.from({ length: 10 }, (_, seq) =>
      decisionWith({ seq, reason: `r${seq}` }),
    );
    const reasons = [...decisionText(viewWith(), decisions, look).matchAll(/r(\d)/g)].map(
      ([, seq]) => seq,
    );
    expect(reasons).toEqual(['9', '8', '7', '6', '5', '4', '3']);
  });

  it('says so when nothing was decided', () => {
    expect(decisionText(viewWith(), [], look)).toBe(
      'users-birthdate: nothing has been decided yet\n',
    );
  });
});
