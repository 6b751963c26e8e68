import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attacksAtTheDoor } from '../support/attacks/at-the-door.ts';
import { cookieOf, send, sendAs } from '../support/attacks/attack.ts';
import { attacksByAlert } from '../support/attacks/by-alert.ts';
import { attacksByContent } from '../support/attacks/by-content.ts';
import { attacksByExpression } from '../support/attacks/by-expression.ts';
import { attacksByQuery, attacksByValue } from '../support/attacks/by-promql.ts';
import { attacksOutwards } from '../support/attacks/outwards.ts';
import { attacksWithoutEnd, floodOfCommands } from '../support/attacks/without-end.ts';
import { GuardedServer } from '../support/guarded-server.ts';

const limitMs = 240_000;
/** Whatever thinks longer than this about one request has been attacked with success. */
const longestMs = 60_000;

const attacks = [
  ...attacksAtTheDoor,
  ...attacksByContent,
  ...attacksByExpression,
  ...attacksByAlert,
  ...attacksOutwards,
  ...attacksWithoutEnd,
];

/** `attack | what refuses it` of every table of attacks of a page. */
function attackRows(page: string): readonly string[] {
  const tables = page.split(/\n\n/).filter((block) => /^\| attack +\|/.test(block));
  return tables.flatMap((table) =>
    table
      .trim()
      .split('\n')
      .slice(2)
      .map((row) =>
        row
          .replace(/^\| | \|$/g, '')
          .replaceAll(/ +/g, ' ')
          .trim(),
      ),
  );
}

let server: GuardedServer;

beforeAll(async () => {
  server = await GuardedServer.start();
}, limitMs);

afterAll(() => server?.stop(), limitMs);

describe('attacks', () => {
  it.each(attacks)(
    '$attack: $refusedBy',
    async ({ attempt, answers }) => {
      const { status, body } = await attempt(server);
      expect(answers).toContain(status);
      expect(body).not.toMatch(/"tokens":|"rollouts":|_[0-9a-f]{64}/);
      expect((await send(server, '/readyz')).status).toBe(200);
    },
    longestMs,
  );

  it('have changed nothing and made nobody more than they were', async () => {
    const list = await server.call('admin in *', 'GET', '/api/v1/tokens');
    const { tokens } = list.body as { tokens: { name: string }[] };
    expect(tokens.filter(({ name }) => ['mine', 'p'].includes(name))).toEqual([]);
    expect((await sendAs(server, 'viewer in shop', 'GET', '/api/v1/tokens')).status).toBe(403);
    const basket = await sendAs(server, 'viewer in shop', 'GET', '/api/v1/features/basket');
    expect(JSON.parse(basket.body)).toMatchObject({ project: 'shop' });
    const { body } = await server.call('viewer in shop', 'GET', '/api/v1/rollouts');
    const [rollout] = (body as { rollouts: { phase: string; stop: unknown }[] }).rollouts;
    expect(rollout).toMatchObject({ stop: null });
  });

  it('are the rows of docs/security.md, each with what refuses it, and no other', () => {
    const carriedOut = [...attacks, ...attacksByValue, ...attacksByQuery];
    const rows = carriedOut.map(({ attack, refusedBy }) => `${attack} | ${refusedBy}`);
    expect(attackRows(readFileSync('docs/security.md', 'utf8')).toSorted()).toEqual(
      rows.toSorted(),
    );
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(40);
  });
});

describe('the audit log of a server', () => {
  it('says who asked for what and from where, before it happened, and then what it came to', async () => {
    const path = '/api/v1/rollouts/users-birthdate/commands';
    await server.call('operator in shop', 'POST', path, { verb: 'pause', reason: 'spec' });
    const { body } = await server.call('admin in *', 'GET', '/api/v1/audit');
    const { links } = body as { links: { entry: string }[] };
    const entries = links.map(({ entry }) => JSON.parse(entry) as Record<string, unknown>);
    const actor = `token ${server.secret('operator in shop').split('_')[2]}`;
    const as = 'token operator in shop';
    const own = entries.filter((entry) => [actor, as].includes(String(entry['actor'])));
    expect(own.slice(0, 2)).toMatchObject([
      { action: 'ask', actor, subject: `POST ${path}`, detail: { from: '127.0.0.1', as } },
      { action: 'pause', actor: as, detail: { reason: 'spec' } },
    ]);
  });
});

describe('whoever has asked too much', () => {
  const path = '/api/v1/rollouts/users-birthdate/commands';

  it('is let in by the right token at once, however many wrong ones came from there', async () => {
    expect(await cookieOf(server, 'viewer in shop')).toMatch(/^crossfade_session=./);
  });

  it('can still stop a rollout and take it back', async () => {
    expect((await floodOfCommands(server, 'operator in *')).body).toContain('"code":"limited"');
    const answers: number[] = [];
    for (const verb of ['pause', 'rollback', 'freeze', 'abort']) {
      answers.push((await server.call('operator in *', 'POST', path, { verb })).status);
    }
    expect(answers[1]).toBe(202);
    expect(answers).not.toContain(429);
    const off = { enabled: false, by: 'spec' };
    const flag = '/api/v1/flags/users-birthdate';
    expect((await server.call('operator in *', 'POST', `${flag}/toggle`, off)).status).toBe(200);
  });

  it('is told of no limit where alerts come in', async () => {
    const body = { version: '4', status: 'firing', alerts: [] };
    const told = await Promise.all(
      Array.from({ length: 500 }, () =>
        server.call('alerts', 'POST', '/api/v1/alerts/alertmanager', body),
      ),
    );
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([202]));
  });
});
