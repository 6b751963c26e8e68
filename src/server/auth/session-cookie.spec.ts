import { describe, expect, it } from '@jest/globals';
import { sessionCookie, sessionIn, uiHeader } from './session-cookie.ts';

const cookie = 'theme=dark; crossfade_session=admin.1.2.3; other=x';
const asked = (
  method: string,
  headers: Readonly<Record<string, string>> = {},
  path = '/api/v1/rollouts',
): string => sessionIn({ method, path, headers: { cookie, ...headers } });

describe('a session', () => {
  it('opens what people read', () => {
    expect(asked('GET')).toBe('admin.1.2.3');
    expect(sessionIn({ method: 'GET', path: '/api/v1/rollouts', headers: {} })).toBe('');
  });

  it('is nothing to flag clients and agents', () => {
    expect(asked('GET', {}, '/api/client/features')).toBe('');
    expect(asked('POST', {}, '/ofrep/v1/evaluate/flags')).toBe('');
  });

  it('changes something only for the page itself', () => {
    expect(asked('POST', { [uiHeader]: '1' })).toBe('admin.1.2.3');
    expect(asked('POST', { [uiHeader]: '1', 'sec-fetch-site': 'same-origin' })).toBe('admin.1.2.3');
    expect(() => asked('POST')).toThrow('x-crossfade-ui');
    expect(() => asked('DELETE', { 'sec-fetch-site': 'same-origin' })).toThrow('x-crossfade-ui');
    expect(() => asked('PATCH', { [uiHeader]: '1', 'sec-fetch-site': 'same-site' })).toThrow(
      'x-crossfade-ui',
    );
  });

  it('is kept from scripts, from other sites and from plain HTTP where there is TLS', () => {
    const set = sessionCookie('t', 60, true);
    expect(set).toBe(
      'crossfade_session=t; HttpOnly; SameSite=Strict; Path=/api/v1; Max-Age=60; Secure',
    );
    expect(sessionCookie('', 60, false)).toContain('Max-Age=0');
  });
});
