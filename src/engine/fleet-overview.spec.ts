import { beforeEach, describe, expect, it } from '@jest/globals';
import { rollingBack } from '../../test/support/fleet-member.ts';
import { MemoryChangeFeed } from '../../test/support/memory-change-feed.ts';
import type { Roles } from '../core/access/role.ts';
import { FleetOverview } from './fleet-overview.ts';
import { Clock } from './ports/clock.ts';
import { type Fleet, FleetReader } from './ports/fleet-reader.ts';

const query = { show: 'all', search: '', offset: 0, limit: 100 } as const;
const everywhere: Roles = new Map([['*', 'viewer']]);

class FixedFleet extends FleetReader {
  reads = 0;
  gone = false;

  override read(): Promise<Fleet> {
    this.reads += 1;
    if (this.gone) return Promise.reject(new Error('gone'));
    return Promise.resolve({
      at: 1,
      members: [rollingBack],
      leftOut: 3,
      queues: [],
      refusedSets: [],
    });
  }
}

class HandClock extends Clock {
  at = 100_000;

  override now(): Promise<number> {
    return Promise.resolve(this.at);
  }
}

let reader: FixedFleet;
let feed: MemoryChangeFeed;
let clock: HandClock;
let overview: FleetOverview;

beforeEach(() => {
  [reader, feed, clock] = [new FixedFleet(), new MemoryChangeFeed(), new HandClock()];
  overview = new FleetOverview(reader, feed, clock);
});

const page = (roles = everywhere) => overview.page(query, roles);

describe('the overview of the fleet', () => {
  it('says of each rollout where it stands and why, by the clock of now', async () => {
    expect(await page()).toMatchObject({
      rows: [
        {
          policy: 'users',
          stepName: 'share 25%',
          stepIndex: 4,
          steps: 11,
          exposure: { wanted: 0, acknowledged: 25 },
          rollback: { cause: 'errors 10%', by: 'crossfade' },
        },
      ],
      found: 1,
      leftOut: 3,
      now: 100_000,
    });
  });

  it('reads once for all who look at the same time', async () => {
    await Promise.all([page(), page(), page()]);
    expect(reader.reads).toBe(1);
  });

  it.each([
    ['something changed', () => feed.change('users')],
    ['something may have been missed', () => feed.miss()],
    ['what was read is old', () => (clock.at += 2_000)],
  ])('reads anew once %s', async (_why, happen) => {
    await page();
    happen();
    await page();
    expect(reader.reads).toBe(2);
  });

  it('reads anew after a read that failed', async () => {
    reader.gone = true;
    await expect(page()).rejects.toThrow('gone');
    reader.gone = false;
    expect((await page()).found).toBe(1);
  });

  it('shows only what the roles may see, and counts only that', async () => {
    const elsewhere = await page(new Map([['shop', 'admin']]));
    expect(elsewhere).toMatchObject({ rows: [], found: 0, leftOut: 0, counts: { all: 0 } });
    expect(await page(new Map([['identity', 'viewer']]))).toMatchObject({ found: 1, leftOut: 0 });
  });
});
