import { describe, expect, it } from '@jest/globals';
import { type Check, counterexample } from '../support/random-walks.ts';

describe('a rebase on any walk', () => {
  it('moves nobody: route, step and phase are as they were, and nothing but it changes the revision', () => {
    const seen = new Set<string>();
    const check: Check = ({ before, outcome, world }) => {
      const { rollout, decision, effects, policy } = outcome;
      if (rollout.policyRevision !== policy.revision || world.policy !== policy) {
        return `it runs by ${policy.revision} and says ${rollout.policyRevision}`;
      }
      if (decision?.action !== 'rebase') {
        return before.policyRevision === rollout.policyRevision ? null : 'moved without a rebase';
      }
      seen.add(rollout.phase);
      const isThere =
        rollout.phase === before.phase &&
        rollout.step.index === before.step.index &&
        JSON.stringify(rollout.route) === JSON.stringify(before.route) &&
        JSON.stringify(rollout.stop) === JSON.stringify(before.stop);
      if (!isThere) return 'a rebase moved it';
      const told = effects.filter(({ kind }) => kind === 'setRoute');
      return told.every((one) => 'wanted' in one && one.wanted.version === before.route.version)
        ? null
        : 'a rebase asked for another route';
    };
    expect(counterexample(check)).toBeUndefined();
    expect([...seen].toSorted()).toEqual(['paused', 'pending', 'running']);
  });
});
