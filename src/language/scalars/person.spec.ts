import { describe, expect, it } from '@jest/globals';
import { person, saidBy } from './person.ts';

const token = { name: 'ci-deploy', person: null };
const ana = { name: 'ana@example.com', person: 'sign-in of 0815' };

describe('who asks', () => {
  it('is the token, with what its holder calls themselves before it', () => {
    expect(saidBy(undefined, token)).toBe('token ci-deploy');
    expect(saidBy('ana', token)).toBe('ana (token ci-deploy)');
  });

  it('is whoever signed in, whatever they say', () => {
    expect(saidBy(undefined, ana)).toBe('ana@example.com (signed in)');
    expect(saidBy('ben', ana)).toBe('ana@example.com (signed in)');
  });

  it.each(['crossfade', 'token root', 'ben (signed in)'])(
    'is never taken for another by being called %j',
    (name) => {
      const known = [
        'crossfade',
        saidBy(undefined, { name: 'root', person: null }),
        saidBy(undefined, { name: 'ben', person: 'sign-in of 1' }),
      ];
      expect(known).not.toContain(saidBy(undefined, { name, person: null }));
      expect(known).not.toContain(saidBy(undefined, { name, person: 'sign-in of 2' }));
    },
  );

  it.each(['', 'crossfade', 'ben (token root)', 'be\u0000n', 'b\u202Een', 'x'.repeat(101)])(
    'may not be called %j in a request',
    (name) => {
      expect(person.safeParse(name).success).toBe(false);
    },
  );
});
