import { describe, expect, it } from '@jest/globals';
import { isTerminal, type Phase, phases } from './phase.ts';
import { actions, nextPhase, transitions } from './transitions.ts';

function reachableFrom(start: Phase): Set<Phase> {
  const seen = new Set<Phase>([start]);
  const queue: Phase[] = [start];
  for (let phase = queue.pop(); phase !== undefined; phase = queue.pop()) {
    for (const next of Object.values(transitions[phase])) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return seen;
}

describe('the transition table', () => {
  it('reaches every phase from pending', () => {
    expect([...reachableFrom('pending')].sort()).toEqual([...phases].sort());
  });

  it('lets terminal phases absorb and every other phase go on', () => {
    for (const phase of phases) {
      expect(Object.keys(transitions[phase]).length === 0).toBe(isTerminal(phase));
    }
  });

  it('leads from every phase that is not terminal to a terminal one', () => {
    for (const phase of phases) expect([...reachableFrom(phase)].some(isTerminal)).toBe(true);
  });

  it('refuses what it does not list', () => {
    expect(nextPhase('running', 'pause')).toBe('paused');
    expect(() => nextPhase('completed', 'rollback')).toThrow('no transition: rollback');
  });

  it('uses every action somewhere', () => {
    const used = new Set(phases.flatMap((phase) => Object.keys(transitions[phase])));
    expect([...used].sort()).toEqual([...actions].sort());
  });
});
