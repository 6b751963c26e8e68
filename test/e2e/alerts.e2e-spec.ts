import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AlertList } from '../../src/core/protocol/alert-list.ts';
import { type AlertingServers, startAlerting } from '../support/alertmanager-server.ts';
import { ParcelsWorld } from '../support/parcels-world.ts';

const limitMs = 300_000;
const name = 'parcels-grams';
const secret = 'sixteen characters at least';

let world: ParcelsWorld;
let alerting: AlertingServers | null = null;

beforeAll(async () => {
  world = await ParcelsWorld.open({
    CROSSFADE_GRAFANA_SECRET: secret,
    CROSSFADE_PAGERDUTY_SECRET: secret,
  });
}, limitMs);

afterAll(async () => {
  await alerting?.stop();
  await world?.close();
}, limitMs);

const body = (source: string): Promise<string> =>
  readFile(`test/fixtures/alerts/${source}.json`, 'utf8');

async function tell(
  source: string,
  text: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const response = await fetch(`${world.crossfade.url}/api/v1/alerts/${source}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
  await response.text();
  return response.status;
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const signed = (...parts: readonly string[]): string =>
  createHmac('sha256', secret).update(parts.join('')).digest('hex');

describe('an alert of Prometheus, told by Alertmanager', () => {
  it(
    'rolls back what is exposed, and nothing is lost',
    async () => {
      const { crossfade, service } = world;
      const policy = 'test/fixtures/parcels-policy.yaml';
      expect(await crossfade.say('apply', '-f', policy)).toMatchObject({ status: 0 });
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      await world.until(({ exposure }) => exposure.peak >= 50);
      await world.until(() => service.writes.v2 >= 20);
      alerting = await startAlerting(
        { name: 'ParcelsLost', labels: { rollout: name }, news: '15s' },
        { url: `${crossfade.url}/api/v1/alerts/alertmanager`, token: crossfade.alertsToken },
      );
      const { phase, rollback } = await world.until(({ endedAt }) => endedAt !== null);
      expect(phase).toBe('rolled_back');
      expect(rollback).toMatchObject({
        by: 'crossfade',
        cause: 'alert ParcelsLost (alertmanager): every parcel is lost',
      });
      await service.rest();
      expect(service.failures).toEqual([]);
      expect(await world.lostIn('v1.parcels', 'weight')).toEqual([]);
    },
    limitMs,
  );

  it(
    'keeps the next attempt from going on for as long as it fires',
    async () => {
      const { crossfade } = world;
      expect(await crossfade.say('start', name)).toMatchObject({ status: 0 });
      const { alerts, exposure } = await world.until(
        ({ hold }) => hold?.code === 'alert:ParcelsLost',
      );
      expect(alerts).toMatchObject([{ name: 'ParcelsLost', action: 'hold' }]);
      expect(exposure.peak).toBe(0);
      const status = await crossfade.say('status', name);
      expect(status.out).toMatch(
        /alert +ParcelsLost \(alertmanager\) since .* holds +every parcel is lost/,
      );
      const listed = await crossfade.say('alerts');
      expect(listed.out).toMatch(
        /ParcelsLost \(alertmanager\) +every parcel is lost\n +parcels-grams-1 +rollback [-0-9: ]+ \(decision \d+\)\n +parcels-grams-2 +holds; hold /,
      );
    },
    limitMs,
  );

  it(
    'is dismissed for one rollout by a person, who says why',
    async () => {
      const { crossfade } = world;
      const [id = ''] = (await crossfade.say('alerts')).out.split(' ');
      const dismissal = ['dismiss', name, '--alert', id];
      expect(await crossfade.say(...dismissal)).toMatchObject({ status: 2 });
      expect(await crossfade.say(...dismissal, '--reason', 'a test')).toMatchObject({ status: 0 });
      await world.until(({ hold }) => hold?.code !== 'alert:ParcelsLost');
      const { out } = await crossfade.say('alerts', '-o', 'json');
      const { alerts } = JSON.parse(out) as AlertList;
      const here = alerts[0]?.concerns.find(({ rollout }) => rollout === `${name}-2`);
      expect(here).toMatchObject({ action: 'notify', dismissed: { alert: id, reason: 'a test' } });
      await alerting?.stop();
      alerting = null;
      expect(await crossfade.say('rollback', name)).toMatchObject({ status: 0 });
    },
    limitMs,
  );
});

describe('who may tell of alerts', () => {
  it('needs a token for them, as a bearer or as a password', async () => {
    const { alertsToken, sdkToken } = world.crossfade;
    const text = await body('alertmanager');
    expect(await tell('alertmanager', text)).toBe(401);
    expect(await tell('alertmanager', text, bearer('crossfade_alerts_x_y'))).toBe(401);
    expect(await tell('alertmanager', text, bearer(sdkToken))).toBe(403);
    expect(await tell('alertmanager', text, bearer(alertsToken))).toBe(202);
    const pair = Buffer.from(`alertmanager:${alertsToken}`).toString('base64');
    expect(await tell('alertmanager', text, { authorization: `Basic ${pair}` })).toBe(202);
    const rollouts = await fetch(`${world.crossfade.url}/api/v1/rollouts`, {
      headers: bearer(alertsToken),
    });
    expect(rollouts.status).toBe(403);
  });

  it('may sign instead, and a wrong or old signature is refused', async () => {
    const text = await body('pagerduty');
    const by = (signature: string) => ({ 'x-pagerduty-signature': signature });
    expect(await tell('pagerduty', text, by(`v1=${'0'.repeat(64)},v1=${signed(text)}`))).toBe(202);
    expect(await tell('pagerduty', `${text} `, by(`v1=${signed(text)}`))).toBe(401);
    expect(await tell('alertmanager', text, by(`v1=${signed(text)}`))).toBe(401);

    const grafana = await body('grafana');
    const now = Math.round(Date.now() / 1000);
    const at = (seconds: number) => ({
      'x-grafana-alerting-signature': signed(`${seconds}:`, grafana),
      'x-grafana-alerting-timestamp': String(seconds),
    });
    expect(await tell('grafana', grafana, at(now))).toBe(202);
    expect(await tell('grafana', grafana, at(now - 3_600))).toBe(401);
    const timeless = { 'x-grafana-alerting-signature': signed(grafana) };
    expect(await tell('grafana', grafana, timeless)).toBe(401);
  });
});

describe('what is told', () => {
  it('is taken whatever is in it, or refused with a reason, and never the server’s end', async () => {
    const { alertsToken } = world.crossfade;
    const send = (
      source: string,
      text: string | Uint8Array<ArrayBuffer>,
      more: Record<string, string> = {},
    ) => tell(source, text, { ...bearer(alertsToken), ...more });
    const structured = { 'content-type': 'application/cloudevents+json' };
    const batch = { 'content-type': 'application/cloudevents-batch+json' };
    const event = await body('cloudevent');
    expect(await send('cloudevents', event, structured)).toBe(202);
    expect(await send('cloudevents', `[${event}]`, batch)).toBe(202);
    const asked = await fetch(`${world.crossfade.url}/api/v1/alerts/cloudevents`, {
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'events.example.com' },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('webhook-allowed-origin')).toBe('events.example.com');
    expect(asked.headers.get('webhook-allowed-rate')).toBe('*');
    expect(await send('alertmanager', '{"alerts":[null,{"labels":{}}]}')).toBe(202);
    expect(await send('alertmanager', '{}')).toBe(422);
    expect(await send('alertmanager', '{"alerts":')).toBe(400);
    expect(await send('elsewhere', '{}')).toBe(404);
    const large = JSON.stringify({ alerts: [], x: 'x'.repeat(5_000_000) });
    expect(await send('alertmanager', large)).toBe(413);
    const bomb = Uint8Array.from(gzipSync(large));
    expect(await send('alertmanager', bomb, { 'content-encoding': 'gzip' })).toBe(413);
    const { alerts } = (await (
      await fetch(`${world.crossfade.url}/api/v1/alerts`, {
        headers: bearer(world.crossfade.adminToken),
      })
    ).json()) as { alerts: { source: string; labels: object; status: string }[] };
    expect(new Set(alerts.map(({ source }) => source))).toEqual(
      new Set(['alertmanager', 'grafana', 'pagerduty', 'cloudevents']),
    );
  });
});
