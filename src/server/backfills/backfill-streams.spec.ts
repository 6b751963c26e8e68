import { describe, expect, it } from '@jest/globals';
import type { BackfillView } from '../../core/protocol/backfill-view.ts';
import type { JobState } from '../../core/schema-migration/job.ts';
import { BackfillStreams } from './backfill-streams.ts';

const job: JobState = {
  id: 'r1/backfill',
  rollout: 'r1',
  kind: 'backfill',
  status: 'running',
  done: 10,
  total: 100,
  differences: null,
  quarantined: 0,
  reason: null,
  generation: 1,
};

const viewOf = (changes: Partial<JobState>): BackfillView => ({
  rollout: 'r1',
  policy: 'p',
  job: { ...job, ...changes },
  etaMs: null,
});

/** Sees the views one after the other, and the last one from then on. */
function streamsOver(...views: readonly BackfillView[]) {
  let at = 0;
  const view = async (): Promise<BackfillView> => {
    const seen = views[Math.min(at, views.length - 1)];
    at += 1;
    if (seen === undefined) throw new Error('the state database does not answer');
    return seen;
  };
  return new BackfillStreams({ view }, 0);
}

function listener() {
  const events: string[] = [];
  let leave = (): void => undefined;
  let ended = 0;
  return {
    events,
    leave: () => leave(),
    endings: () => ended,
    send: (text: string) => void events.push(text),
    end: () => void (ended += 1),
    onLeave: (left: () => void) => void (leave = left),
  };
}

const done = (events: readonly string[]): readonly number[] =>
  events
    .filter((event) => event.startsWith('event: backfill\ndata: '))
    .map((event) => (JSON.parse(event.slice(22)) as BackfillView).job?.done ?? -1);

describe('BackfillStreams', () => {
  it('tells each news once, and ends with the backfill', async () => {
    const client = listener();
    const streams = streamsOver(
      viewOf({}),
      viewOf({}),
      viewOf({ done: 50 }),
      viewOf({ status: 'done', done: 100 }),
    );
    await streams.follow('p', client);
    expect(done(client.events)).toEqual([10, 50, 100]);
    expect(client.endings()).toBe(1);
  });

  it('gives a sign of life while there is no news, and stops when nobody listens', async () => {
    const client = listener();
    const send = (text: string): void => {
      client.send(text);
      if (text === ': ping\n\n') client.leave();
    };
    await streamsOver(viewOf({})).follow('p', { ...client, send });
    expect(done(client.events)).toEqual([10]);
    expect(client.events.at(-1)).toBe(': ping\n\n');
  });

  it('ends every stream when the server stops', async () => {
    const client = listener();
    const streams = streamsOver(viewOf({}));
    const following = streams.follow('p', client);
    while (client.events.length === 0) await Promise.resolve();
    streams.onModuleDestroy();
    await following;
    expect(client.endings()).toBe(1);
  });

  it('rejects what cannot be read before anything was sent', async () => {
    const client = listener();
    await expect(streamsOver().follow('p', client)).rejects.toThrow('does not answer');
    expect(client.events).toEqual([]);
    expect(client.endings()).toBe(0);
  });
});
