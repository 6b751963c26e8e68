import { describe, expect, it } from '@jest/globals';
import type { DecisionView } from '../control-plane/views.ts';
import { holdTimes, rollbackDecision, stepTimes } from './timeline.ts';

let seq = 0;

function decision(at: number, action: string, step: string, to = 'running'): DecisionView {
  seq += 1;
  const from = action === 'rollback' && to === 'rolled_back' ? 'rolling_back' : 'running';
  return { seq, at, action, from, to, step, reason: `because of ${action}`, guards: [] };
}

const sinceStart = (at: number): number => at - 1_000;

const decisions = [
  decision(1_100, 'start', 'expand'),
  decision(1_200, 'advance', 'share 25%'),
  decision(1_300, 'hold', 'share 25%'),
  decision(1_350, 'resume', 'share 25%'),
  decision(1_400, 'rollback', 'share 25%', 'rolling_back'),
  decision(1_500, 'rollback', 'share 25%', 'rolled_back'),
];

describe('stepTimes', () => {
  it('lasts from the decision that entered a step to the one that entered the next', () => {
    expect(stepTimes(decisions, 1_600, sinceStart)).toEqual([
      { name: 'expand', fromMs: 100, toMs: 200 },
      { name: 'share 25%', fromMs: 200, toMs: 600 },
    ]);
  });
});

describe('holdTimes', () => {
  it('lasts until the next decision, or until the end', () => {
    const open = [...decisions.slice(0, 2), decision(1_550, 'hold', 'share 25%')];
    const reason = 'because of hold';
    expect(holdTimes(decisions, 1_600, sinceStart)).toEqual([{ fromMs: 300, toMs: 350, reason }]);
    expect(holdTimes(open, 1_600, sinceStart)).toEqual([{ fromMs: 550, toMs: 600, reason }]);
  });
});

describe('rollbackDecision', () => {
  it('is the decision to go back, not its completion', () => {
    expect(rollbackDecision(decisions)?.at).toBe(1_400);
    expect(rollbackDecision(decisions.slice(0, 4))).toBeUndefined();
  });
});
