import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import type { Verb } from '../../src/core/rollout/observations.ts';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { ApiClient } from '../../src/cli/api-client.ts';
import { launchBrowser, newVisitor } from './browser.ts';
import { type Opened, opening } from './opened.ts';
import type { SteadyUsers } from './steady-users.ts';
import { openUsersServer, type UsersServer } from './users-server.ts';

/** Somebody is asked before everybody is moved. */
const approval = '    - approve: { role: approver, expires: 1h }';

/** The rollout that the stories are about. */
export const rolloutName = 'users-birthdate';

/** Few: beside a busy machine a backfill takes minutes for what it else does in a second. */
const rows = 1_000;

/** Shorter than a spec's own limit, which could not say what was waited for. */
const patienceMs = 300_000;

function standing({ phase, stepIndex, hold, waitingFor, exposure, guards }: RolloutView): string {
  const judged = guards.map(({ guard, verdict, reason }) => `${guard} ${verdict}: ${reason}`);
  return JSON.stringify({ phase, stepIndex, hold, waitingFor, exposure, judged }, null, 2);
}

/** A server, a target, two instances of an application under load, and a browser to watch them with. */
export class UiWorld {
  readonly users: SteadyUsers;
  readonly browser: Browser;
  readonly api: ApiClient;
  readonly token: string;
  readonly url: string;
  readonly #alertsToken: string;
  readonly #opened: Opened;

  private constructor(
    { server, users }: UsersServer,
    { admin: token, alerts }: Readonly<Record<'admin' | 'alerts', string>>,
    browser: Browser,
    opened: Opened,
  ) {
    this.url = server.url;
    this.token = token;
    this.#alertsToken = alerts;
    this.api = new ApiClient({ url: server.url, token });
    this.users = users;
    this.browser = browser;
    this.#opened = opened;
  }

  static open(): Promise<UiWorld> {
    return opening(async (opened) => {
      const served = await openUsersServer(opened, { prefix: 'crossfade-ui-', rows });
      const browser = opened.keep(await launchBrowser(), (one) => one.close());
      const tokens = {
        admin: await served.server.token('admin'),
        alerts: await served.server.token('alerts'),
      };
      const world = new UiWorld(served, tokens, browser, opened);
      await world.applyAnew((text) => text);
      return world;
    });
  }

  /** A page of somebody who has signed in, at a path below `/ui`. */
  async visit(path: string, url = this.url): Promise<Page> {
    const context = await newVisitor(this.browser, url);
    const page = await context.newPage();
    // Flows like any clock, until a story moves it.
    await page.clock.install();
    await page.goto(`/ui${path}`);
    await page.getByLabel('Your name').fill('ann');
    await page.getByLabel('Access token').fill(this.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
    return page;
  }

  /** Applies the policy as the edit makes it. */
  async applyAnew(edit: (text: string) => string): Promise<void> {
    const policy = await readFile('test/fixtures/kill-policy.yaml', 'utf8');
    const text = policy.replace('    - share: { to: 100%', `${approval}\n    - share: { to: 100%`);
    await this.api.apply([{ name: 'kill-policy.yaml', text: edit(text) }]);
  }

  start(): Promise<unknown> {
    return this.api.start(rolloutName);
  }

  /** What somebody else asks of the rollout. */
  order(verb: Verb, reason: string): Promise<unknown> {
    return this.api.command(rolloutName, { verb, reason, requestId: randomUUID() });
  }

  /** What an Alertmanager tells of an alert that names the rollout. */
  async alert(status: 'firing' | 'resolved', startsAt: Date): Promise<void> {
    const labels = { alertname: 'CheckoutErrors', rollout: rolloutName };
    const annotations = { summary: 'half of all payments fail' };
    const endsAt = status === 'resolved' ? { endsAt: new Date().toISOString() } : {};
    const fires = { status, fingerprint: 'e1db6c950a0714bd', startsAt: startsAt.toISOString() };
    const answer = await fetch(`${this.url}/api/v1/alerts/alertmanager`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#alertsToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        version: '4',
        status,
        alerts: [{ ...fires, ...endsAt, labels, annotations }],
      }),
    });
    if (answer.status !== 202) throw new Error(await answer.text());
  }

  /** Waits for a view that fulfils the condition. Throws, with where the rollout stands, when none comes. */
  async until(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
    const since = performance.now();
    for (;;) {
      const view = await this.api.rollout(rolloutName);
      if (condition(view)) return view;
      if (performance.now() - since > patienceMs) throw new Error(standing(view));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close(): Promise<void> {
    return this.#opened.close();
  }
}
