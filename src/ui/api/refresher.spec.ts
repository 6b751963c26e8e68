import { afterEach, describe, expect, it } from '@jest/globals';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { Refresher } from './refresher.ts';

/** A server's answers to one query, which come when the spec lets them. */
class Answers {
  asked = 0;
  #waiting: (() => void)[] = [];

  readonly queryFn = async (): Promise<number> => {
    this.asked += 1;
    const turn = this.asked;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return turn;
  };

  /** Lets all that is under way come, and what follows from it happen. */
  async come(): Promise<void> {
    for (const answer of this.#waiting.splice(0)) answer();
    await settled();
  }
}

/** Past everything that is due at once; the rest between two questions is none in these specs. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

const client = new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: 0 } } });
const leave: (() => void)[] = [];

function look(key: string): Answers {
  const answers = new Answers();
  const observer = new QueryObserver(client, { queryKey: [key], queryFn: answers.queryFn });
  leave.push(observer.subscribe(() => undefined));
  return answers;
}

const seen = (key: string): unknown => client.getQueryData([key]);

afterEach(() => {
  for (const one of leave.splice(0)) one();
  client.clear();
});

describe('the refresher', () => {
  it('asks once more when the very first answer was under way: it may be from before the change', async () => {
    const rollout = look('rollout');
    new Refresher(client, 0).want(() => true);
    await rollout.come();
    expect(rollout.asked).toBe(2);
    await rollout.come();
    expect(seen('rollout')).toBe(2);
  });

  it('shows what has changed while another answer never comes', async () => {
    const [forecast, events] = [look('forecast'), look('events')];
    await events.come();
    const refresher = new Refresher(client, 0);
    refresher.want(() => true);
    await settled();
    await events.come();
    refresher.want(({ queryKey }) => queryKey[0] === 'events');
    await settled();
    await events.come();
    expect(seen('events')).toBe(3);
    expect(forecast.asked).toBe(1);
  });

  it('asks together for all that changes while it waits', async () => {
    const events = look('events');
    await events.come();
    const refresher = new Refresher(client, 0);
    for (let turn = 0; turn < 20; turn += 1) refresher.want(() => true);
    await settled();
    expect(events.asked).toBe(2);
    await events.come();
    expect(events.asked).toBe(3);
    await events.come();
    expect(events.asked).toBe(3);
  });
});
