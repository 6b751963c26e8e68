import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { CrossfadeError } from '../core/errors.ts';
import { Config, describeConfig } from './config.ts';

const DATABASE_URL = 'postgresql://crossfade:secret@db.internal:5432/crossfade';

/** The lines of the message that name the faults; empty when there is none. */
function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    Config.read(environment);
    return [];
  } catch (fault) {
    const { code, message } = fault as CrossfadeError;
    if (code !== 'invalidInput') throw fault;
    return message.split('\n').slice(1);
  }
}

describe('Config.read', () => {
  it('needs nothing: every value has a default', () => {
    expect(Config.read({})).toMatchObject({
      host: '127.0.0.1',
      port: 4400,
      dataDir: expect.stringMatching(/^\/.*crossfade/),
      databaseUrl: undefined,
      logLevel: 'log',
      tickMs: 250,
      leaseMs: 10_000,
      storm: { atLeast: 3, windowMs: 10_000, holdMs: 600_000 },
      unleash: undefined,
      killAt: undefined,
    });
  });

  it('takes what is given, and an empty variable as not given', () => {
    const config = Config.read({
      CROSSFADE_HOST: '::1',
      CROSSFADE_PORT: '0',
      CROSSFADE_DATA_DIR: '/srv/crossfade',
      CROSSFADE_LOG_LEVEL: 'warn',
      CROSSFADE_TICK_MS: '20',
      CROSSFADE_LEASE_MS: '',
      CROSSFADE_KILL_AT: 'tick.afterCommit:3',
      DATABASE_URL,
    });
    expect(config).toMatchObject({
      host: '::1',
      port: 0,
      dataDir: '/srv/crossfade',
      databaseUrl: DATABASE_URL,
      logLevel: 'warn',
      tickMs: 20,
      leaseMs: 10_000,
      killAt: 'tick.afterCommit:3',
    });
  });

  it.each([
    [{}, undefined],
    [{ CROSSFADE_HOST: '::1' }, undefined],
    [{ CROSSFADE_ALLOW_PRIVATE: 'false' }, []],
    [{ CROSSFADE_HOST: '0.0.0.0', CROSSFADE_ALLOW_REMOTE: 'true' }, []],
    [
      {
        CROSSFADE_HOST: '0.0.0.0',
        CROSSFADE_ALLOW_REMOTE: 'true',
        CROSSFADE_ALLOW_PRIVATE: '10.0.0.0/8, fd00::/8',
      },
      ['10.0.0.0/8', 'fd00::/8'],
    ],
    [
      {
        CROSSFADE_HOST: '0.0.0.0',
        CROSSFADE_ALLOW_REMOTE: 'true',
        CROSSFADE_ALLOW_PRIVATE: 'true',
      },
      undefined,
    ],
  ])('opens with %j these private networks to Providers: %j', (environment, networks) => {
    expect(Config.read(environment as Record<string, string>).privateNetworks).toEqual(networks);
  });

  it('knows where people sign in, and who becomes what', () => {
    const environment = {
      CROSSFADE_OIDC_ISSUER: 'https://login.example.com',
      CROSSFADE_OIDC_CLIENT_ID: 'crossfade',
      CROSSFADE_OIDC_ROLES: 'sre=operator@*',
      CROSSFADE_PUBLIC_URL: 'https://crossfade.example.com/eu',
    };
    expect(Config.read({}).oidc).toBeUndefined();
    expect(Config.read(environment).oidc).toMatchObject({
      callback: 'https://crossfade.example.com/eu/ui/oidc/callback',
      claim: 'groups',
      rules: [{ value: 'sre', role: 'operator', project: '*' }],
    });
    const { CROSSFADE_PUBLIC_URL: _, ...homeless } = environment;
    expect(faultsOf(homeless)).toEqual([expect.stringMatching(/CROSSFADE_PUBLIC_URL: .*back/)]);
    const { CROSSFADE_OIDC_ROLES: __, ...roleless } = environment;
    expect(faultsOf(roleless)).toEqual([expect.stringMatching(/set all of them or none/)]);
    const plain = { ...environment, CROSSFADE_OIDC_ISSUER: 'http://login.example.com' };
    expect(faultsOf(plain)).toEqual([expect.stringMatching(/use https/)]);
  });

  it('takes no text for a network', () => {
    expect(faultsOf({ CROSSFADE_ALLOW_PRIVATE: '10.0.0.0/8,10.0.0.1' })).toEqual([
      expect.stringMatching(/CROSSFADE_ALLOW_PRIVATE: must be true, false or networks/),
    ]);
  });

  it('cannot be changed, and shows no secret when it is printed', () => {
    const config = Config.read({ USERS_DB_URL: 'postgresql://u:hush@db/users' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(config.secret('USERS_DB_URL')).toBe('postgresql://u:hush@db/users');
    expect(config.secret('OTHER')).toBeUndefined();
    expect(JSON.stringify(config)).not.toContain('hush');
  });

  it('names all faults at once, and never repeats a value that may be secret', () => {
    const faults = faultsOf({
      CROSSFADE_PORT: '70000',
      CROSSFADE_TICK_MS: 'often',
      CROSSFADE_LOG_LEVEL: 'loud',
      CROSSFADE_KILL_AT: '!',
      CROSSFADE_HOST: '0.0.0.0',
      DATABASE_URL: 'mysql://root:hush@db/crossfade',
    });
    expect(faults).toEqual([
      '  CROSSFADE_PORT: must be a whole number from 0 to 65535',
      '  DATABASE_URL: must be a URL such as postgresql://user:password@host:5432/database',
      '  CROSSFADE_LOG_LEVEL: must be one of error, warn, log, debug',
      '  CROSSFADE_TICK_MS: must be a whole number from 10 to 60000',
      '  CROSSFADE_KILL_AT: must be POINT or POINT:N',
      expect.stringMatching(/CROSSFADE_HOST: 0\.0\.0\.0 .*CROSSFADE_ALLOW_REMOTE=true/),
    ]);
  });

  it.each(['127.0.0.1', '127.8.9.1', 'localhost', '::1'])('listens on %s unasked', (host) => {
    expect(faultsOf({ CROSSFADE_HOST: host })).toEqual([]);
  });

  it.each(['0.0.0.0', '::', '10.0.0.7', '127.example.com'])(
    'listens on %s only if asked',
    (host) => {
      expect(faultsOf({ CROSSFADE_HOST: host })).toHaveLength(1);
      expect(faultsOf({ CROSSFADE_HOST: host, CROSSFADE_ALLOW_REMOTE: 'false' })).toHaveLength(1);
      expect(faultsOf({ CROSSFADE_HOST: host, CROSSFADE_ALLOW_REMOTE: 'true' })).toEqual([]);
    },
  );

  it.each([
    ['several replicas', { CROSSFADE_REPLICAS: '2' }],
    ['Kubernetes', { KUBERNETES_SERVICE_HOST: '10.96.0.1' }],
  ])('refuses the embedded database for %s', (_, environment) => {
    expect(faultsOf(environment)).toEqual([expect.stringContaining('DATABASE_URL')]);
    expect(faultsOf({ ...environment, DATABASE_URL })).toEqual([]);
  });

  it('reaches Unleash by URL and token, never by one of them alone', () => {
    const url = { CROSSFADE_UNLEASH_URL: 'https://unleash.internal' };
    const token = { CROSSFADE_UNLEASH_TOKEN: 'user:abc' };
    expect(Config.read({ ...url, ...token }).unleash).toEqual({
      url: 'https://unleash.internal',
      token: 'user:abc',
      project: 'default',
      environment: 'production',
    });
    expect(faultsOf(url)).toHaveLength(1);
    expect(faultsOf(token)).toHaveLength(1);
  });
});

describe('describeConfig', () => {
  it('is what the README says; npm run generate mends it', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const table = /<!-- config:begin -->\n+([^]*?)\n+<!-- config:end -->/.exec(readme)?.[1];
    expect(table).toBe(describeConfig());
  });
});
