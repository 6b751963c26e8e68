import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DecisionView, RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import type { ObservedFlag } from '../../src/engine/ports/flag-provider.ts';
import { answered } from '../support/answered.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { goesByNewerRevision } from '../support/goes-by-newer-revision.ts';
import { MortalCrossfade } from '../support/mortal-crossfade.ts';
import { everythingAsked } from '../support/dashboards.ts';
import { ScrapingPrometheus } from '../support/scraping-prometheus.ts';
import { createUsers, SteadyUsers } from '../support/steady-users.ts';
import { type ReceivedSpan, TraceReceiver } from '../support/trace-receiver.ts';
import { connectUnleash, HeldPolls, untilServed, variantOf } from '../support/unleash-sdk.ts';
import { watchedPolicy } from '../support/watched-policy.ts';

const limitMs = 400_000;
const name = 'users-birthdate';

let folder: string;
let state: TestDatabase;
let target: TestDatabase;
let server: MortalCrossfade;
let traces: TraceReceiver;
let prometheus: ScrapingPrometheus;
let rolledBack: DecisionView | undefined;
let admin: string;
let sdk: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-server-'));
  await chmod(folder, 0o711);
  [state, target] = await Promise.all([createDatabase(), createDatabase()]);
  await createUsers(target.url);
  [traces, prometheus] = await Promise.all([
    TraceReceiver.start(),
    ScrapingPrometheus.start(folder),
  ]);
  server = await MortalCrossfade.at(folder, {
    ...traces.environment,
    DATABASE_URL: state.url,
    USERS_DB_URL: target.url,
    PROMETHEUS_URL: prometheus.url,
  });
  await server.start();
  await prometheus.aim(server.url);
  [admin, sdk] = [await server.token('admin'), await server.token('sdk')];
}, limitMs);

afterAll(async () => {
  await server?.stop();
  traces?.close();
  await prometheus?.stop();
  await Promise.all([state?.drop(), target?.drop()]);
  await rm(folder, { recursive: true, force: true });
}, limitMs);

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(path: string, token: string | null, body?: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

async function view(): Promise<RolloutView> {
  return (await call(`/api/v1/rollouts/${name}`, admin)).body as RolloutView;
}

async function until(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
  for (;;) {
    const seen = await view();
    if (condition(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the door', () => {
  it('answers the living and the ready to anybody, and nothing else', async () => {
    expect(await call('/livez', null)).toEqual({ status: 200, body: { status: 'alive' } });
    expect(await call('/readyz', null)).toEqual({ status: 200, body: { status: 'ready' } });
    for (const path of [
      '/metrics',
      '/api/v1/rollouts',
      '/api/client/features',
      '/api/v1/flags/x',
    ]) {
      expect((await call(path, null)).status).toBe(401);
      expect((await call(path, 'crossfade_admin_0_0')).status).toBe(401);
    }
  });

  it('keeps its tokens in files that only their owner can read', async () => {
    for (const scope of ['admin', 'sdk']) {
      expect((await stat(join(folder, `${scope}.token`))).mode & 0o777).toBe(0o600);
    }
  });

  it('lets the SDK token report and nothing more', async () => {
    expect((await call('/api/v1/rollouts', sdk)).body).toMatchObject({ code: 'forbidden' });
    expect((await call('/api/client/features', sdk)).status).toBe(200);
  });

  it('says what is wrong with a request, and survives what is no request at all', async () => {
    const nonsense = await call('/api/v1/sdk/report', sdk, '{"service":');
    expect(nonsense).toMatchObject({ status: 400, body: { code: 'invalidInput' } });
    const incomplete = await call('/api/v1/sdk/report', sdk, { service: 'users-api' });
    expect(incomplete.status).toBe(422);
    expect(JSON.stringify(incomplete.body)).toContain('report: instance');
    const odd = JSON.stringify({ service: 'a\0b' });
    expect((await call('/api/v1/sdk/report', sdk, odd)).status).toBe(422);
    const huge = await call('/api/v1/apply', admin, {
      files: [{ name: 'a', text: 'x'.repeat(5e6) }],
    });
    expect(huge.status).toBe(413);
    expect((await call('/api/v1/nothing', admin)).status).toBe(404);
  });

  it('counts for Prometheus', async () => {
    const { body } = await call('/metrics', admin);
    expect(body).toContain('# TYPE crossfade_tick_seconds histogram');
    expect(body).toContain('crossfade_decisions_total');
    const said = [...String(body).matchAll(/^# TYPE (crossfade_(?!nodejs_|process_)\w+)/gm)];
    const page = await readFile('docs/metrics.md', 'utf8');
    expect(said.filter(([, metric]) => !page.includes(`| \`${metric}\` `))).toEqual([]);
  });
});

describe('apply', () => {
  it('names every fault by line and column, and applies nothing', async () => {
    const text = (await readFile('test/fixtures/kill-policy.yaml', 'utf8')).replace(
      'to: 50%',
      'to: half',
    );
    const refused = await call('/api/v1/apply', admin, { files: [{ name: 'p.yaml', text }] });
    expect(refused.status).toBe(422);
    const [fault] = (refused.body as { faults: { file: string; line: number }[] }).faults;
    expect(fault).toMatchObject({ file: 'p.yaml', line: expect.any(Number) });
    expect((await call('/api/v1/rollouts', admin, { policy: name })).status).toBe(404);
  });

  it('refuses a policy whose flag system it cannot reach', async () => {
    const text = (await readFile('test/fixtures/kill-policy.yaml', 'utf8')).replace(
      '  guards:',
      '  flag: { provider: unleash, name: x }\n  guards:',
    );
    const refused = await call('/api/v1/apply', admin, { files: [{ name: 'p.yaml', text }] });
    expect(refused.body).toMatchObject({ code: 'unsupported' });
  });

  it('applied twice changes nothing the second time', async () => {
    const text = await watchedPolicy();
    const apply = (): Promise<Answer> =>
      call('/api/v1/apply', admin, { files: [{ name: 'p.yaml', text }] });
    expect((await apply()).status).toBe(200);
    const { applied } = (await apply()).body as { applied: { change: string }[] };
    expect(new Set(applied.map(({ change }) => change))).toEqual(new Set(['unchanged']));
  });
});

describe('a rollout whose flag a person switches off', () => {
  it(
    'stops, stays off, goes on and rolls back when it is told to, and waits for a plain client',
    async () => {
      const users = new SteadyUsers(target.url, server.url, sdk);
      const polls = new HeldPolls(sdk);
      const unleash = await connectUnleash(server.url, sdk, {
        appName: 'billing',
        disableMetrics: false,
        metricsInterval: 200,
        customHeadersFunction: polls.headers,
      });
      const billing = (level: string) => (seen: RolloutView) =>
        seen.instances.some((one) => one.service === 'billing' && one.level === level);
      expect((await call('/api/v1/rollouts', admin, { policy: name })).status).toBe(201);
      expect((await call('/api/v1/rollouts', admin, { policy: name })).status).toBe(409);
      await until(({ exposure }) => exposure.peak === 50);

      const off = await call(`/api/v1/flags/${name}/toggle`, admin, { enabled: false, by: 'bob' });
      expect(off.status).toBe(200);
      const stopped = await until(({ phase }) => phase === 'paused');
      expect(stopped.stop).toMatchObject({ by: 'bob (token admin.token)' });
      await until(({ services, flag }) => services[0]?.confirmed === 2 && flag?.enabled === false);
      expect((await view()).exposure).toMatchObject({ set: 0, acknowledged: 0 });
      await untilServed(unleash, name, (feature) => feature?.enabled === false);

      const command = (verb: string): Promise<Answer> => {
        const request = { verb, by: 'alice', requestId: randomUUID() };
        return answered(() => call(`/api/v1/rollouts/${name}/commands`, admin, request));
      };
      expect((await command('complete')).body).toMatchObject({ code: 'invalidInput' });
      expect((await command('pause')).body).toMatchObject({
        code: 'refused',
        detail: expect.stringContaining('paused'),
      });
      await goesByNewerRevision(name, (path, body) => call(path, admin, body));
      expect(await command('resume')).toMatchObject({ status: 202, body: { answered: true } });
      await until(({ exposure }) => exposure.acknowledged >= 50);
      await untilServed(unleash, name, (feature) => feature?.enabled === true);
      const flag = (await call(`/api/v1/flags/${name}`, admin)).body as ObservedFlag;
      for (let tenant = 0; tenant < 100; tenant += 1) {
        const unit = `tenant-${tenant}`;
        expect(variantOf(unleash, name, unit)).toBe(stageOfUnit(flag.route, unit).stage);
      }

      await until(billing('served'));
      polls.hold();
      expect((await command('rollback')).status).toBe(202);
      const waiting = await until((seen) => billing('silent')(seen) && seen.hold !== null);
      await prometheus.heard('crossfade_attention');
      expect(waiting).toMatchObject({ endedAt: null, rollback: { convergedAt: null } });
      polls.goOn();
      const ended = await until(({ endedAt }) => endedAt !== null);
      expect(ended.phase).toBe('rolled_back');
      expect((await command('resume')).body).toMatchObject({ code: 'refused' });
      // Some seconds are too little to forecast from; on a slow machine there were more of them.
      const told = await call(`/api/v1/rollouts/${name}/forecast`, admin);
      expect(told.body).toMatchObject({ seconds: expect.any(Number), assumed: expect.any(Array) });
      const { decisions } = (await call(`/api/v1/rollouts/${name}/decisions`, admin)).body as {
        decisions: DecisionView[];
      };
      rolledBack = decisions.find(({ action }) => action === 'rollback');
      const people = decisions.filter(({ by }) => by !== 'crossfade').map(({ action }) => action);
      expect(people).toEqual(['pause', 'rebase', 'resume', 'rollback']);
      unleash.destroy();
      await users.stop();
      expect(users.failures).toEqual([]);
    },
    limitMs,
  );
});

describe('Prometheus, which has scraped all of it', () => {
  it('has data for everything that dashboards and rules ask', async () => {
    expect(await prometheus.silent(everythingAsked(name))).toEqual([]);
  });
});

describe('the end', () => {
  it('comes in order, also with streams open', async () => {
    const stream = await fetch(
      `${server.url}/api/v1/sdk/stream?service=s&instance=i&implements=a`,
      {
        headers: { authorization: `Bearer ${sdk}` },
      },
    );
    const reading = stream.text().catch(() => '');
    await server.stop();
    await reading;
    expect(server.dead).toBe(true);
    await server.start();
    expect((await call('/readyz', null)).status).toBe(200);
    expect(await server.token('admin')).toBe(admin);
  });
});

describe('traces', () => {
  const named = (name: string): readonly ReceivedSpan[] =>
    traces.spans.filter((span) => span.name === name);

  it('lead from a look at the target over tick and decision to the effect', () => {
    expect([...traces.services]).toEqual(['crossfade']);
    expect([...traces.forms]).toEqual(['application/x-protobuf']);
    const decision = named('decision').find(
      ({ says }) => says['crossfade.decision.action'] === 'rollback',
    );
    expect(decision?.says).toMatchObject({
      'crossfade.rollout.name': name,
      'crossfade.decision.reason': rolledBack?.reason,
      'crossfade.decision.by': 'person',
      'crossfade.decision.verdict': expect.any(String),
    });
    expect(Number(decision?.says['crossfade.decision.number'])).toBe(rolledBack?.seq);
    const tick = named('tick').find(({ spanId }) => spanId === decision?.parentSpanId);
    expect(tick?.traceId).toBe(decision?.traceId);
    const effects = named('effect').filter(({ links }) =>
      links.some(({ spanId }) => spanId === decision?.spanId),
    );
    expect(effects.map(({ says }) => says['crossfade.effect.kind'])).toContain('setRoute');
    const systems = named('collect').map(({ says }) => says['crossfade.system']);
    expect(systems).toContain('users-db');
  });
});
