import { describe, expect, it } from '@jest/globals';
import { mentionedNames } from './expression.ts';
import { feedsPair } from './feeds.ts';

describe('a column that feeds a key of a JSON column', () => {
  const pair = feedsPair({ column: 'born', type: 'date', location: 'Profile', key: "it's" });

  it('is read from the key, whatever its name holds', () => {
    expect(pair.up).toBe(`CAST("Profile" ->> 'it''s' AS date)`);
  });

  it('names the column itself on the way back, so that the rest of it is kept', () => {
    expect(mentionedNames(pair.down, 'down')).toEqual(
      expect.objectContaining(new Set(['Profile', 'born'])),
    );
    expect(pair.down).toContain(`jsonb_set(coalesce("Profile", '{}'), ARRAY['it''s'],`);
  });

  it('moves a whole document as it is', () => {
    const whole = feedsPair({ column: 'address', type: 'jsonb', location: 'profile', key: 'home' });
    expect(whole.up).toBe(`nullif("profile" -> 'home', 'null')`);
    expect(whole.down).toContain(`ARRAY['home'], "address")`);
  });
});
