import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HttpReceiver, startReceiver } from '../../../test/support/http-receiver.ts';
import { NotAccepted } from '../../engine/ports/notifier.ts';
import { Teller } from './teller.ts';

let receiver: HttpReceiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(() => receiver.close());

const told = (): Promise<unknown> =>
  new Teller(receiver.url, {}).tell('', '{}').catch((fault: unknown) => fault);

describe('a message', () => {
  it('that is not accepted says for how long its recipient asked to wait', async () => {
    Object.assign(receiver, { answer: 429, answerHeaders: { 'retry-after': '30' } });
    const fault = await told();
    expect(fault).toBeInstanceOf(NotAccepted);
    expect(fault).toMatchObject({ message: 'the message was answered 429', retryAfterMs: 30_000 });
    Object.assign(receiver, { answer: 500 });
    expect(await told()).toMatchObject({ retryAfterMs: null });
  });

  it.each([
    [400, true],
    [413, true],
    [401, false],
    [404, false],
    [503, false],
  ])('that is answered %i is refused for its own sake: %s', async (answer, isOfMessage) => {
    Object.assign(receiver, { answer });
    expect(await told()).toMatchObject({ isOfMessage });
  });

  it('that is accepted says nothing', async () => {
    expect(await told()).toBeUndefined();
  });
});
