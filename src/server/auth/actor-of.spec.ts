import { describe, expect, it } from '@jest/globals';
import { DEFAULT_ENVIRONMENT } from '../../core/flags/catalog/audience.ts';
import { actorOf, callerNameOf } from './actor-of.ts';
import type { AuthenticatedRequest } from './token.guard.ts';

const request = (id: string, name: string, person: string | null): AuthenticatedRequest => {
  const audience = { environment: DEFAULT_ENVIRONMENT, projects: '*' } as const;
  const bearer = { id, name, person, scope: 'api', audience, roles: new Map() } as const;
  return { bearer } as unknown as AuthenticatedRequest;
};

describe('who makes a request', () => {
  it('is one in each of their sessions, so that nobody approves for two', () => {
    const [one, other] = ['1', '2'].map((id) => actorOf(request(id, 'ana@example.com', '0815')));
    expect(one).toBe('person 0815');
    expect(other).toBe(one);
  });

  it('is told apart by the token, which others may call the same', () => {
    const tokens = ['1', '2'].map((id) => request(id, 'ci', null));
    expect(tokens.map(actorOf)).toEqual(['token 1', 'token 2']);
    expect(tokens.map(callerNameOf)).toEqual(['token ci', 'token ci']);
    expect(actorOf(request('3', 'token 1', '4711'))).not.toBe('token 1');
  });
});
