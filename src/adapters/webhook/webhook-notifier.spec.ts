import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { exampleNotice } from '../../../test/support/example-notice.ts';
import { type HttpReceiver, startReceiver } from '../../../test/support/http-receiver.ts';
import { WebhookNotifier } from './webhook-notifier.ts';

const secret = `whsec_${Buffer.from('a key of 24 bytes or more').toString('base64')}`;
const newSecret = `whsec_${Buffer.from('the key that will come next').toString('base64')}`;

let receiver: HttpReceiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

function notifier(...secrets: readonly string[]): WebhookNotifier {
  const pageOf = (policy: string): string => `https://crossfade.example.com/ui/rollouts/${policy}`;
  const url = `${receiver.url}/hooks/?team=identity`;
  return new WebhookNotifier({ url, secrets, pageOf }, { now: () => Promise.resolve(Date.now()) });
}

/** What a receiver that verifies takes a message for. */
function verified(by: string, at = 0): unknown {
  const { body, headers } = receiver.received[at] ?? { body: '', headers: {} };
  return new Webhook(by).verify(body, headers as Record<string, string>);
}

describe('a message to a webhook', () => {
  it('is verified by the reference library, and holds what was decided', async () => {
    await notifier(secret).send(exampleNotice);
    expect(verified(secret)).toMatchObject({
      type: 'rollout.rollback',
      timestamp: '2026-11-18T11:06:40.000Z',
      data: {
        policy: 'users-birthdate',
        urgency: 'page',
        share: 25,
        title: 'users-birthdate is rolled back at share 25%',
        link: 'https://crossfade.example.com/ui/rollouts/users-birthdate',
      },
    });
    expect(receiver.received[0]?.path).toBe('/hooks/?team=identity');
    expect(() => verified(newSecret)).toThrow(/No matching signature/);
  });

  it('is signed with each secret while one replaces the other', async () => {
    await notifier(secret, newSecret).send(exampleNotice);
    expect(verified(secret)).toEqual(verified(newSecret));
  });

  it('has the same id when it is sent again', async () => {
    receiver.answer = 503;
    await expect(notifier(secret).send(exampleNotice)).rejects.toThrow(/answered 503$/);
    receiver.answer = 204;
    await notifier(secret).send(exampleNotice);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([exampleNotice.id, exampleNotice.id]);
  });

  it('follows no redirect', async () => {
    receiver.answer = 307;
    await expect(notifier(secret).send(exampleNotice)).rejects.toThrow(/answered 307$/);
  });
});
