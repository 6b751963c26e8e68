import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exampleNotice } from '../../../test/support/example-notice.ts';
import {
  type HttpReceiver,
  type Received,
  startReceiver,
} from '../../../test/support/http-receiver.ts';
import { slackMessage } from './slack-message.ts';
import { SlackNotifier } from './slack-notifier.ts';

const nothing: Received = { path: '', headers: {}, body: '{}' };

let receiver: HttpReceiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

describe('a message to Slack', () => {
  it('is posted to the address of the incoming webhook as it stands', async () => {
    const url = `${receiver.url}/services/T0/B0/secret`;
    await new SlackNotifier({ url, pageOf: () => null }).send(exampleNotice);
    const [{ path, headers, body } = nothing] = receiver.received;
    expect(path).toBe('/services/T0/B0/secret');
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toEqual(slackMessage(exampleNotice, null));
  });

  it('does not repeat its address, which is a secret, when it fails', async () => {
    receiver.answer = 404;
    const url = `${receiver.url}/services/T0/B0/secret`;
    const sent = new SlackNotifier({ url, pageOf: () => null }).send(exampleNotice);
    await expect(sent).rejects.toThrow(/^the message was answered 404$/);
  });

  it('is made of blocks: what happened, why, when, and a button to the page', () => {
    const { text, blocks } = slackMessage(exampleNotice, 'https://crossfade.example.com/ui');
    expect(text).toBe('🔴 users-birthdate is rolled back at share 25%');
    expect(blocks).toMatchObject([
      { type: 'header', text: { type: 'plain_text', text } },
      { type: 'section', text: { type: 'mrkdwn', text: expect.stringMatching(/^errors: new/) } },
      { type: 'context', elements: [{ text: expect.stringContaining('<!date^1795000000^') }] },
      { type: 'actions', elements: [{ url: 'https://crossfade.example.com/ui' }] },
    ]);
  });

  it('mentions nobody because a reason says so, and keeps to the limits of Slack', () => {
    const reason = `<!channel> & <@U1> ${'&'.repeat(3_000)}`;
    const policy = 'x'.repeat(300);
    const message = slackMessage({ ...exampleNotice, reason, policy }, null);
    const [header, section] = message.blocks as readonly { text: { text: string } }[];
    expect(section?.text.text).toMatch(/^&lt;!channel&gt; &amp; &lt;@U1&gt;/);
    expect(section?.text.text).toHaveLength(3_000);
    expect(header?.text.text).toHaveLength(150);
  });
});
