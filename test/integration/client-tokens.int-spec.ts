import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoredFlags } from '../support/stored-flags.ts';

interface Made {
  readonly id: string;
  readonly token: string;
  readonly audience: unknown;
  readonly detail?: string;
}

const strategies = [{ name: 'default' }];

let flags: StoredFlags;

beforeAll(async () => {
  flags = await StoredFlags.open();
  for (const project of ['shop', 'search']) await flags.call('PUT', `projects/${project}`);
  for (const [name, project, environment] of [
    ['anywhere', 'default', 'production'],
    ['basket', 'shop', 'production'],
    ['ranking', 'search', 'development'],
  ] as const) {
    const environments = { [environment]: { enabled: true, strategies } };
    await flags.call('PUT', `features/${name}`, { project, environments });
  }
});

afterAll(() => flags.close());

async function admit(asked: object): Promise<Made> {
  const body = { scope: 'client', name: 'spec', ...asked };
  return (await flags.call<Made>('POST', 'client-tokens', body)).body;
}

async function get(path: string, authorization?: string): Promise<Response> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return fetch(`${flags.service.url}/api/${path}`, { headers });
}

/** Flags that the holder of a token is served, those that are on with an exclamation mark. */
async function served(token: string): Promise<string[]> {
  const { features } = (await (await get('client/features', token)).json()) as {
    features: { name: string; enabled: boolean }[];
  };
  return features.map(({ name, enabled }) => (enabled ? `${name}!` : name));
}

describe('a token of a flag client', () => {
  it.each([
    [
      { environment: 'production' },
      /^\*:production\.[0-9a-f]{56}$/,
      ['anywhere!', 'basket!', 'ranking'],
    ],
    [{ environment: 'production', projects: ['shop'] }, /^shop:production\./, ['basket!']],
    [
      { environment: 'development', projects: ['shop', 'search'] },
      /^\[\]:development\./,
      ['basket', 'ranking!'],
    ],
  ])('made for %j has the form of Unleash, and is served just that', async (asked, form, names) => {
    const { token } = await admit(asked);
    expect(token).toMatch(form);
    expect(await served(token)).toEqual(names);
    expect(await served(`Bearer ${token}`)).toEqual(names);
    expect(await served(`bearer ${token}`)).toEqual(names);
  });

  it.each([
    [{ token: '*:development.from-an-unleash-server' }, ['anywhere', 'basket', 'ranking!']],
    [{ token: 'shop:production.from-an-unleash-server' }, ['basket!']],
    [{ token: '[]:production.from-an-unleash-server', projects: ['default'] }, ['anywhere!']],
    [
      { token: 'a-legacy-token-of-no-form', environment: 'production' },
      ['anywhere!', 'basket!', 'ranking'],
    ],
    [{ token: 'shop:development.v2_abcdefghijklmnopqrstuv_secret' }, ['basket']],
  ])('that clients have already is admitted as it is: %j', async (asked, names) => {
    expect((await admit(asked)).token).toBe(asked.token);
    expect(await served(asked.token)).toEqual(names);
    expect((await admit(asked)).detail).toBe('this token is known already');
  });

  it.each([
    [{}, /name the one environment/],
    [{ token: '*:*.an-admins-secret-token' }, /name the one environment/],
    [{ token: '[]:production.several-projects' }, /list them/],
    [{ token: 'shop:production.a-secret-token', environment: 'development' }, /says "production"/],
    [{ environment: 'nowhere' }, /no environment "nowhere"/],
  ])('is not made from %j', async (asked, words) => {
    expect((await admit(asked)).detail).toMatch(words);
  });

  it('opens what it is for and nothing else', async () => {
    const { token: client } = await admit({ environment: 'production' });
    const { token: browser } = await admit({ environment: 'production', scope: 'frontend' });
    const status = async (path: string, token?: string): Promise<number> =>
      (await get(path, token)).status;
    expect(await status('client/features', client)).toBe(200);
    expect(await status('client/delta', client)).toBe(200);
    expect(await status('frontend', browser)).toBe(200);
    expect(await status('frontend', client)).toBe(403);
    expect(await status('client/features', browser)).toBe(403);
    expect(await status('client/features', `${client}x`)).toBe(401);
    expect(await status('client/features')).toBe(401);
    for (const token of [client, browser]) expect(await status('v1/features', token)).toBe(403);
  });

  it('is let in no more once it is revoked or has expired', async () => {
    const { id, token } = await admit({ environment: 'production' });
    expect((await get('client/features', token)).status).toBe(200);
    expect((await flags.call('DELETE', `client-tokens/${id}`)).status).toBe(204);
    expect((await get('client/features', token)).status).toBe(401);
    expect((await flags.call('DELETE', `client-tokens/${id}`)).status).toBe(404);
    const expired = await admit({ environment: 'production', expiresAt: '2020-01-01T00:00:00Z' });
    expect((await get('client/features', expired.token)).status).toBe(401);
  });

  it('is nowhere to be read again', async () => {
    const { id, token } = await admit({ environment: 'production' });
    const secret = token.split('.')[1];
    const { body } = await flags.call<{ tokens: Made[] }>('GET', 'client-tokens');
    expect(body.tokens.map((made) => made.id)).toContain(id);
    expect(JSON.stringify(body)).not.toContain(secret);
    const stored: unknown = await flags.state.source.query(
      'SELECT t, a FROM crossfade_state.client_token t, crossfade_state.audit a',
    );
    expect(JSON.stringify(stored)).not.toContain(secret);
  });
});
