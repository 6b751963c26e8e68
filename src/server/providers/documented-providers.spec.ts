import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { DocumentStore, type StoredDocument } from '../../engine/ports/document-store.ts';
import type { MetricsProvider } from '../../engine/ports/metrics-provider.ts';
import { DocumentedProviders, type ProviderAddress } from './documented-providers.ts';

const folder = mkdtempSync(join(tmpdir(), 'crossfade-secret-'));
afterAll(() => rmSync(folder, { recursive: true }));

class Documents extends DocumentStore {
  readonly #stored: readonly StoredDocument[];

  constructor(stored: readonly StoredDocument[]) {
    super();
    this.#stored = stored;
  }

  override put = (): Promise<void> => Promise.resolve();
  override all = (): Promise<readonly StoredDocument[]> => Promise.resolve(this.#stored);
}

function declared(name: string, spec: string, project = 'default'): StoredDocument {
  const text = `apiVersion: crossfade/v1\nkind: Provider\nmetadata: { name: ${name}, project: ${project} }\nspec: { prometheus: { ${spec} } }\n`;
  return { kind: 'Provider', project, name, revision: '', body: { text } };
}

function providers(environment: Record<string, string>, ...stored: StoredDocument[]) {
  const opened: ProviderAddress[] = [];
  const all = new DocumentedProviders(
    new Documents(stored),
    (name) => environment[name],
    (address) => {
      opened.push(address);
      const silent = () => Promise.reject(new Error('not asked here'));
      return {
        delayMs: 0,
        value: silent,
        values: silent,
        samples: silent,
      } satisfies MetricsProvider;
    },
  );
  return { all, opened };
}

describe('a declared provider', () => {
  it('is opened once with all that its document says', async () => {
    const spec =
      'url: { env: URL }, basic: { username: u, password: { env: PASS } }, headers: { X-Scope-OrgID: identity, X-Key: { env: KEY } }, networks: [10.0.0.0/8], timeout: 5s, delay: 1s';
    const environment = { URL: 'http://10.0.0.1:9090', PASS: 'p', KEY: 'k' };
    const { all, opened } = providers(environment, declared('main', spec));
    expect(await all.open('identity', 'main')).toBe(await all.open('identity', 'main'));
    expect(opened).toEqual([
      {
        url: 'http://10.0.0.1:9090',
        credentials: { username: 'u', password: 'p' },
        headers: { 'X-Scope-OrgID': 'identity', 'X-Key': 'k' },
        networks: ['10.0.0.0/8'],
        timeoutMs: 5_000,
        delayMs: 1_000,
      },
    ]);
  });

  it('may be a client of an OAuth 2.0 server', async () => {
    const oauth2 =
      'oauth2: { tokenUrl: { env: TOKENS }, clientId: crossfade, clientSecret: { env: SECRET }, scopes: [metrics] }';
    const environment = { URL: 'http://a', TOKENS: 'http://sso/token', SECRET: 's' };
    const { all, opened } = providers(
      environment,
      declared('main', `url: { env: URL }, ${oauth2}`),
    );
    await all.open('default', 'main');
    expect(opened[0]?.credentials).toEqual({
      tokenUrl: 'http://sso/token',
      clientId: 'crossfade',
      clientSecret: 's',
      scopes: ['metrics'],
    });
  });

  it('of the own project goes before that of the default one', async () => {
    const environment = { A: 'http://a', B: 'http://b' };
    const stored = [
      declared('main', 'url: { env: A }'),
      declared('main', 'url: { env: B }', 'identity'),
    ];
    const { all, opened } = providers(environment, ...stored);
    await all.open('identity', 'main');
    await all.open('other', 'main');
    expect(opened.map(({ url }) => url)).toEqual(['http://b', 'http://a']);
  });

  it('takes a secret from a file, anew when it is rotated', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'first\n');
    const environment = { URL: 'http://a', TOKEN_FILE: file };
    const { all, opened } = providers(
      environment,
      declared('main', 'url: { env: URL }, token: { env: TOKEN }'),
    );
    await all.open('default', 'main');
    writeFileSync(file, 'second\n');
    await all.open('default', 'main');
    expect(opened.map(({ credentials }) => credentials)).toEqual([
      { bearer: 'first' },
      { bearer: 'second' },
    ]);
  });

  it.each([
    ['unknown', {}, 'notFound', /no Provider unknown/],
    ['main', {}, 'unavailable', /needs URL, which is not set/],
    ['main', { URL: 'http://a' }, 'unavailable', /needs TOKEN/],
    ['main', { URL: 'ftp://a', TOKEN: 't' }, 'unavailable', /no address such as/],
    ['main', { URL: 'http://a', TOKEN_FILE: '/nowhere/token' }, 'unavailable', /cannot be read/],
  ] as const)('%s with %j cannot be opened', async (name, environment, code, words) => {
    const { all } = providers(
      environment,
      declared('main', 'url: { env: URL }, token: { env: TOKEN }'),
    );
    await expect(all.open('default', name)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    });
  });
});
