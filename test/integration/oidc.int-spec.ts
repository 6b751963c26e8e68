import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CookieBrowser } from '../support/cookie-browser.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import {
  type IdentityProviderServer,
  oidcClient,
  startIdentityProvider,
} from '../support/identity-provider.ts';
import { MortalCrossfade } from '../support/mortal-crossfade.ts';

const limitMs = 60_000;

let server: MortalCrossfade;
let provider: IdentityProviderServer;
let database: TestDatabase;
let folder: string;
let browser: CookieBrowser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-oidc-'));
  await chmod(folder, 0o711);
  database = await createDatabase();
  const environment: Record<string, string> = { DATABASE_URL: database.url };
  server = await MortalCrossfade.at(folder, (url) =>
    Object.assign(environment, { CROSSFADE_PUBLIC_URL: url }),
  );
  provider = await startIdentityProvider(`${server.url}/ui/oidc/callback`);
  Object.assign(environment, {
    CROSSFADE_OIDC_ISSUER: provider.issuer,
    CROSSFADE_OIDC_CLIENT_ID: oidcClient.id,
    CROSSFADE_OIDC_CLIENT_SECRET: oidcClient.secret,
    CROSSFADE_OIDC_SCOPE: 'openid email groups',
    CROSSFADE_OIDC_ROLES: 'everybody=viewer@*,shop-leads=approver@shop',
    CROSSFADE_OIDC_NAME: 'Example',
  });
  await server.start();
}, limitMs);

afterAll(async () => {
  await server?.stop();
  await provider?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
}, limitMs);

beforeEach(() => {
  browser = new CookieBrowser();
  provider.forged = null;
  provider.isStranger = false;
  provider.person = { id: 'alice', groups: ['everybody', 'shop-leads'] };
});

const isCallback = (address: string): boolean => address.includes('/ui/oidc/callback');

/** Signs in up to the moment at which the provider sends the browser back; the address that it names. */
async function comeBack(): Promise<string> {
  const response = await browser.open(`${server.url}/ui/oidc`, isCallback);
  return new URL(response.headers.get('location') ?? '', response.url).href;
}

/** Where the browser is led from there, and whether it has a session then. */
async function landing(address: string): Promise<string> {
  const response = await browser.open(address, (next) => !isCallback(next));
  return response.headers.get('location') ?? '';
}

/** What the API answers to the browser. */
async function session(method = 'GET', cookies = api()): Promise<Response> {
  return fetch(`${server.url}/api/v1/session`, {
    method,
    headers: { cookie: cookies, 'x-crossfade-ui': '1' },
  });
}

const api = (): string => browser.cookiesFor(new URL(`${server.url}/api/v1/session`));

describe('who signs in at the identity provider', () => {
  it('has the roles of the groups that he is in, for as long as the session lasts', async () => {
    expect(await landing(await comeBack())).toBe('/ui/');
    const answer = await session();
    expect(await answer.json()).toMatchObject({
      scope: 'api',
      roles: { '*': 'viewer', shop: 'approver' },
    });
    const tokens = await fetch(`${server.url}/api/v1/tokens`, {
      headers: { authorization: `Bearer ${await server.token('admin')}` },
    });
    expect(JSON.stringify(await tokens.json())).toContain('alice@example.com');
  });

  it('has none any more once he has signed out, not even with a copy of the cookie', async () => {
    await landing(await comeBack());
    const copy = api();
    expect((await session('GET', copy)).status).toBe(200);
    expect((await session('DELETE', copy)).status).toBe(204);
    expect((await session('GET', copy)).status).toBe(401);
  });

  it('is signed out at the provider too, which leads back and knows nobody then', async () => {
    await landing(await comeBack());
    expect((await session('DELETE')).status).toBe(204);
    const asked = await browser.open(`${server.url}/ui/oidc/sign-out`, () => true);
    const end = new URL(asked.headers.get('location') ?? '');
    expect(end.origin + end.pathname).toBe(`${provider.issuer}/session/end`);
    expect(end.searchParams.get('id_token_hint')).toMatch(/^ey/);
    const page = await (await browser.open(end.href)).text();
    const xsrf = /name="xsrf" value="(\w+)"/.exec(page)?.[1] ?? '';
    const back = await browser.submit(`${provider.issuer}/session/end/confirm`, {
      xsrf,
      logout: 'yes',
    });
    expect(back.headers.get('location')).toBe(`${server.url}/ui/`);
    // Somebody else sits down: the provider asks anew instead of letting alice in.
    provider.person = { id: 'carol', groups: ['everybody'] };
    expect(await landing(await comeBack())).toBe('/ui/');
    expect(await (await session()).json()).toMatchObject({
      name: 'carol@example.com',
      signedIn: true,
    });
  });

  it('is led nowhere by another site, which has no cookie to send', async () => {
    await landing(await comeBack());
    const answer = await fetch(`${server.url}/ui/oidc/sign-out`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`${server.url}/ui/`);
    expect((await session()).status).toBe(200);
  });

  it('goes from the list of tokens when the session ends, and from the table soon after', async () => {
    await landing(await comeBack());
    const admin = { headers: { authorization: `Bearer ${await server.token('admin')}` } };
    const list = async (): Promise<string> =>
      (await fetch(`${server.url}/api/v1/tokens`, admin)).text();
    const own = ((await (await session()).json()) as { token: string }).token;
    expect(await list()).toContain(own);
    await session('DELETE');
    expect(await list()).not.toContain(own);
  });

  it('is not let in without a role, and is told so', async () => {
    provider.person = { id: 'bob', groups: ['strangers'] };
    expect(await landing(await comeBack())).toBe('/ui/?sign-in=no-role');
    expect(api()).toBe('');
  });

  it('is offered the way by its name', async () => {
    expect(await (await fetch(`${server.url}/ui/oidc/name`)).json()).toEqual({ name: 'Example' });
  });
});

describe('an answer that is refused', () => {
  it('came to another browser than the one that asked', async () => {
    const address = await comeBack();
    browser = new CookieBrowser();
    expect(await landing(address)).toBe('/ui/?sign-in=failed');
    expect(api()).toBe('');
  });

  it('has another state', async () => {
    const address = new URL(await comeBack());
    address.searchParams.set('state', 'another');
    expect(await landing(address.href)).toBe('/ui/?sign-in=failed');
    expect(api()).toBe('');
  });

  it('has a code that was used before, by the same browser with the same cookie', async () => {
    const address = await comeBack();
    const attempt = browser.cookiesFor(new URL(address));
    expect(await landing(address)).toBe('/ui/');
    const again = await fetch(address, { redirect: 'manual', headers: { cookie: attempt } });
    expect(again.headers.get('location')).toBe('/ui/?sign-in=failed');
    expect(again.headers.getSetCookie().join()).not.toContain('crossfade_session');
  });

  it.each([
    ['for another application', { aud: 'another' }],
    ['of another provider', { iss: 'https://login.example.com' }],
    ['to another question', { nonce: 'another' }],
    ['over already', { exp: 1 }],
  ])('has an ID token that is %s, though it is signed well', async (_, forged) => {
    provider.forged = forged;
    expect(await landing(await comeBack())).toBe('/ui/?sign-in=failed');
    expect(api()).toBe('');
  });

  it('has an ID token that another key has signed', async () => {
    provider.forged = {};
    provider.isStranger = true;
    expect(await landing(await comeBack())).toBe('/ui/?sign-in=failed');
    expect(api()).toBe('');
  });

  it('is let in with the same token unforged: what was refused above was the claim', async () => {
    provider.forged = {};
    expect(await landing(await comeBack())).toBe('/ui/');
  });
});

describe('sign-ins without end', () => {
  it('are slowed down and then led back, while a person at the same address gets in', async () => {
    const callback = `${server.url}/ui/oidc/callback?code=guessed&state=guessed`;
    const flood = await Promise.all(
      Array.from({ length: 200 }, () => fetch(callback, { redirect: 'manual' })),
    );
    const places = flood.map((answer) => answer.headers.get('location'));
    expect(new Set(places)).toEqual(new Set(['/ui/?sign-in=failed', '/ui/?sign-in=too-many']));
    const refused = flood.find((_, at) => places[at]?.endsWith('too-many') === true);
    expect(refused?.headers.get('retry-after')).toBe('2');
    expect(await landing(await comeBack())).toBe('/ui/');
  });
});
