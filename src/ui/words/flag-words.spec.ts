import { describe, expect, it } from '@jest/globals';
import { actWords, constraintWords, strategyWords } from './flag-words.ts';

describe('words for flags', () => {
  it.each([
    [{ name: 'default' }, 'everybody'],
    [
      { name: 'flexibleRollout', parameters: { rollout: '100', stickiness: 'userId' } },
      'everybody',
    ],
    [
      { name: 'flexibleRollout', parameters: { rollout: '25', stickiness: 'tenantId' } },
      '25% of all, by tenantId',
    ],
    [
      { name: 'flexibleRollout', parameters: { rollout: '25', stickiness: 'default' } },
      '25% of all',
    ],
    [{ name: 'userWithId', parameters: { userIds: 'ann,bob' } }, 'users ann,bob'],
    [{ name: 'moonPhase', parameters: { phase: 'full' } }, 'moonPhase, phase full'],
  ])('say whom %j lets in', (strategy, words) => {
    expect(strategyWords(strategy)).toBe(words);
  });

  it.each([
    [{ contextName: 'country', operator: 'IN', values: ['DE', 'AT'] }, 'country is one of DE, AT'],
    [{ contextName: 'age', operator: 'NUM_GTE', value: '18', inverted: true }, 'not: age ≥ 18'],
    [{ contextName: 'v', operator: 'SEMVER_EQ', value: '1.0.0' }, 'v semver eq 1.0.0'],
  ])('say what %j asks for', (constraint, words) => {
    expect(constraintWords(constraint)).toBe(words);
  });

  it.each([
    [{ enabled: false }, 'switched it off'],
    [{ share: 5, pin: ['acme'] }, 'set the share to 5%, pinned acme'],
    [{ unpin: ['acme', 'bank'] }, 'freed acme, bank'],
    [{}, 'edit flag'],
  ])('say what %j did', (detail, words) => {
    expect(actWords({ at: 1, actor: 'ann', action: 'edit flag', detail })).toBe(words);
  });

  it('say that a flag was written and removed', () => {
    const act = { at: 1, actor: 'ann', detail: {} };
    expect(actWords({ ...act, action: 'put flag' })).toBe('wrote it anew');
    expect(actWords({ ...act, action: 'remove flag' })).toBe('removed it');
  });
});
