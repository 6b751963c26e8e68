import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { exampleNotice } from '../../../test/support/example-notice.ts';
import { type HttpReceiver, startReceiver } from '../../../test/support/http-receiver.ts';
import { GrafanaNotifier } from './grafana-notifier.ts';

let receiver: HttpReceiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

it('a decision is a mark in Grafana, and a rollback that has arrived a region', async () => {
  const url = `${receiver.url}/grafana/`;
  const notifier = new GrafanaNotifier({ url, token: 'glsa_1', dashboard: 'rollout' });
  const { at } = exampleNotice;
  await notifier.send(exampleNotice);
  await notifier.send({ ...exampleNotice, from: 'rolling_back', at: at + 5_000, since: at });
  const [mark, region] = receiver.received.map(({ body }) => JSON.parse(body) as object);
  expect(mark).toMatchObject({
    dashboardUID: 'rollout',
    time: at,
    tags: [
      'crossfade',
      'rollout:users-birthdate',
      'action:rollback',
      'urgency:page',
      `id:${exampleNotice.id}`,
    ],
    text: expect.stringMatching(/^users-birthdate is rolled back at share 25%\nerrors: new/),
  });
  expect(mark).not.toHaveProperty('timeEnd');
  expect(region).toMatchObject({ time: at, timeEnd: at + 5_000 });
  expect(receiver.received[0]?.path).toBe('/grafana/api/annotations');
  expect(receiver.received[0]?.headers.authorization).toBe('Bearer glsa_1');
});
