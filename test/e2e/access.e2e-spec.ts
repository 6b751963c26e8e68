import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Role, roles } from '../../src/core/access/role.ts';
import { AppModule } from '../../src/server/app.module.ts';
import { accessWords, type RoleNeeded } from '../../src/server/auth/access.ts';
import { listRoutes, type Route } from '../../src/server/auth/list-routes.ts';
import { Config } from '../../src/server/config.ts';
import { answered } from '../support/answered.ts';
import { GuardedServer } from '../support/guarded-server.ts';

const limitMs = 240_000;

/** Whoever is let in and told nothing for so long has an open stream; a refusal comes, however busy the machine is. */
const [streamOpensMs, refusedMs] = [5_000, 120_000];

/** Whom everybody may call; each asks for a token, a signature or nothing by itself. A new one is put here by hand. */
const openToAnybody = [
  'ALL /route/{rollout}',
  'ALL /route/{rollout}/{rest}',
  'DELETE /ui/session',
  'GET /',
  'GET /livez',
  'GET /ofrep/v1/stream',
  'GET /readyz',
  'GET /ui',
  'GET /ui/oidc',
  'GET /ui/oidc/callback',
  'GET /ui/oidc/name',
  'GET /ui/oidc/sign-out',
  'OPTIONS /api/v1/alerts/cloudevents',
  'POST /api/v1/alerts/{source}',
  'POST /ui/session',
  'PUT /api/v1/alerts/grafana',
];

/** What a token is for, and where its roles hold. */
interface Caller {
  readonly scope?: string;
  readonly role?: Role;
  readonly project?: string;
}

const callers: readonly (readonly [string, Caller])[] = [
  ['no token', {}],
  ['an unknown token', {}],
  ...['sdk', 'alerts', 'otlp', 'client', 'frontend'].map((scope) => [scope, { scope }] as const),
  ...['*', 'shop', 'search'].flatMap((project) =>
    roles.map((role) => [`${role} in ${project}`, { role, project }] as const),
  ),
];

const routes = listRoutes(AppModule.of(Config.read({})));
const guarded = routes.filter(({ access }) => !access?.includes('anybody'));

let server: GuardedServer;

beforeAll(async () => {
  server = await GuardedServer.start();
}, limitMs);

afterAll(() => server?.stop(), limitMs);

/** The rules in words of their own: everything of the guarded server belongs to the project shop. */
function mayCall({ access }: Route, { scope, role, project }: Caller): boolean {
  if (role === 'admin' && project === '*') return true;
  return (access ?? []).some((rule) =>
    typeof rule === 'string' ? rule === scope : reaches(rule, role, project),
  );
}

function reaches(rule: RoleNeeded, role: Role | undefined, project: string | undefined): boolean {
  if (role === undefined || roles.indexOf(role) < roles.indexOf(rule.role)) return false;
  if (project === '*' || rule.in === 'somewhere') return true;
  return rule.in !== 'everywhere' && rule.in !== 'project' && project === 'shop';
}

describe('the access matrix', () => {
  it('everybody may call what is named here, and nothing else', () => {
    const open = routes.filter(({ access }) => access?.includes('anybody'));
    const names = open.map(({ method, path }) => `${method} ${path}`);
    expect(names.toSorted()).toEqual(openToAnybody);
  });

  it.each(callers)(
    '%s reaches what its rules say, on every route',
    async (name, caller) => {
      const seen = await Promise.all(
        guarded.map(async (route) => {
          const patienceMs = mayCall(route, caller) ? streamOpensMs : refusedMs;
          return [route, await server.knock(name, route, patienceMs)] as const;
        }),
      );
      const wanted = 'scope' in caller || 'role' in caller ? 403 : 401;
      const wrong = seen.flatMap(([route, status]) => {
        const rule = `${route.method} ${route.path}: ${(route.access ?? []).map(accessWords).join(' or ')}`;
        const refused = status === 401 || status === 403;
        if (mayCall(route, caller)) return refused ? [`${rule}, yet ${status}`] : [];
        return status === wanted ? [] : [`${rule}, yet ${status}`];
      });
      expect(wrong).toEqual([]);
      expect(seen.length).toBeGreaterThan(60);
    },
    limitMs,
  );
});

describe('a role in one project', () => {
  it('sees the rollouts of that project only', async () => {
    const seen = async (name: string): Promise<unknown> => {
      const { body } = await server.call(name, 'GET', '/api/v1/rollouts');
      return (body as { rollouts: { policy: string }[] }).rollouts.map(({ policy }) => policy);
    };
    expect(await seen('viewer in shop')).toEqual(['users-birthdate']);
    expect(await seen('viewer in search')).toEqual([]);
    expect(await seen('viewer in *')).toEqual(['users-birthdate']);
  });

  it('applies what belongs to it, and no target: that is for admins', async () => {
    const profile = (project: string): string =>
      `apiVersion: crossfade/v1\nkind: Profile\nmetadata: { name: calm, project: ${project} }\n` +
      'spec: { onFail: hold }\n';
    const target = (project: string): string =>
      `apiVersion: crossfade/v1\nkind: Target\nmetadata: { name: other-db, project: ${project} }\n` +
      'spec: { url: { env: OTHER_DB_URL } }\n';
    const apply = async (who: string, text: string): Promise<number> =>
      (await server.call(who, 'POST', '/api/v1/apply', { files: [{ name: 'a.yaml', text }] }))
        .status;
    expect(await apply('operator in shop', profile('shop'))).toBe(200);
    expect(await apply('operator in shop', profile('search'))).toBe(403);
    expect(await apply('operator in *', target('shop'))).toBe(403);
    expect(await apply('admin in shop', target('shop'))).toBe(200);
    expect(await apply('admin in search', target('search'))).toBe(409);
  });

  it('contract is for whom the policy names, whatever else one may do', async () => {
    const complete = { verb: 'complete', confirm: 'users-birthdate' };
    const path = '/api/v1/rollouts/users-birthdate/commands';
    expect(await server.call('approver in shop', 'POST', path, complete)).toMatchObject({
      status: 403,
      body: { detail: 'complete of users-birthdate is for admin in the project shop' },
    });
    // Contract is not there yet, which is another refusal.
    const asked = () => server.call('admin in shop', 'POST', path, complete);
    expect((await answered(asked)).status).toBe(409);
  });
});

describe('a token', () => {
  const path = '/api/v1/tokens';

  it('is stored without its secret, and shown without it', async () => {
    const secret = server.secret('viewer in shop').split('_').at(-1) ?? '';
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    const rows = await server.query('SELECT row_to_json(t) AS row FROM crossfade_state.token t');
    const audit = await server.query('SELECT row_to_json(t) AS row FROM crossfade_state.audit t');
    const listed = await server.call('admin in *', 'GET', path);
    expect(JSON.stringify([rows, audit, listed])).toContain('viewer in shop');
    expect(JSON.stringify([rows, audit, listed])).not.toContain(secret);
  });

  it('says when it was used last, at most once a minute', async () => {
    // Of its own: the minute of one that was used before may end between two uses.
    const order = { name: 'just made', roles: { '*': 'viewer' }, expiresAt: null };
    const made = await server.call('admin in *', 'POST', path, order);
    const { id: its, secret } = made.body as { id: string; secret: string };
    const used = async (): Promise<number> => {
      expect(await server.statusOf(secret, '/api/v1/rollouts')).toBe(200);
      const { body } = await server.call('admin in *', 'GET', path);
      const all = (body as { tokens: { id: string; lastUsedAt: number }[] }).tokens;
      return all.find(({ id }) => id === its)?.lastUsedAt ?? 0;
    };
    const first = await used();
    expect(first).toBeGreaterThan(0);
    expect(await used()).toBe(first);
  });

  it('lets nobody in once it has been revoked, or is over', async () => {
    const asked = { name: 'short', roles: { '*': 'viewer' } };
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const ask = async (expiresAt: string | null): Promise<{ id: string; secret: string }> => {
      const made = await server.call('admin in *', 'POST', path, { ...asked, expiresAt });
      return made.body as { id: string; secret: string };
    };
    const [revoked, over] = [await ask(null), await ask(soon)];
    expect(await server.statusOf(revoked.secret, '/api/v1/rollouts')).toBe(200);
    expect((await server.call('admin in *', 'DELETE', `${path}/${revoked.id}`)).status).toBe(204);
    expect(await server.statusOf(revoked.secret, '/api/v1/rollouts')).toBe(401);
    await server.query('UPDATE crossfade_state.clock SET offset_ms = 7200000');
    expect(await server.statusOf(over.secret, '/api/v1/rollouts')).toBe(401);
    await server.query('UPDATE crossfade_state.clock SET offset_ms = 0');
    expect((await server.call('admin in *', 'DELETE', `${path}/none`)).status).toBe(404);
  });

  it.each([
    [{ name: 'both', roles: { '*': 'viewer' }, scope: 'sdk', expiresAt: null }, /for people or/],
    [{ name: 'neither', expiresAt: null }, /for people or/],
    [{ name: 'endless', roles: { '*': 'viewer' } }, /expiresAt/],
    [{ name: 'past', scope: 'sdk', expiresAt: '2020-01-01T00:00:00Z' }, /past/],
    [{ name: 'king', roles: { '*': 'king' }, expiresAt: null }, /roles/],
  ])('is refused when it asks for what there is not: %j', async (order, words) => {
    const { status, body } = await server.call('admin in *', 'POST', path, order);
    expect(status).toBe(422);
    expect((body as { detail: string }).detail).toMatch(words);
  });
});
