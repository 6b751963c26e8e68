import { describe, expect, it } from '@jest/globals';
import { detailWords } from './audit-words.ts';

describe('what else belongs to an act', () => {
  it('is said in one line, without what is empty', () => {
    expect(detailWords({ reason: 'lunch', accepted: true, from: null, note: '', roles: {} })).toBe(
      'reason lunch, accepted true',
    );
  });

  it('is cut where it is long', () => {
    const words = detailWords({ body: { text: 'x'.repeat(500) } });
    expect(words).toHaveLength('body '.length + 121);
    expect(words.endsWith('…')).toBe(true);
  });
});
