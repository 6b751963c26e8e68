import { describe, expect, it } from '@jest/globals';
import {
  comparisons as given,
  decisionIn,
  different,
  failing,
  migrationName as name,
  answered,
  same,
} from '../../test/support/comparisons.ts';
import { settle } from '../../test/support/manual-timing.ts';
import type { BothSides } from './shadow-reader.ts';

describe('sampling', () => {
  it.each([
    ['off', false],
    ['shadow', true],
    ['live', true],
    ['rampdown', false],
    ['complete', false],
  ] as const)('%s: %s', (stage, sampled) => {
    expect(given().reader.sample(name, 't1', decisionIn(stage)) !== null).toBe(sampled);
  });

  it('takes the part that the route says', () => {
    const { timing, reader } = given();
    timing.chance = 0.2;
    expect(reader.sample(name, 't1', decisionIn('shadow', 0.2))).toBeNull();
    timing.chance = 0.199;
    expect(reader.sample(name, 't1', decisionIn('shadow', 0.2))).not.toBeNull();
  });

  it('takes no call without a unit: nothing could be said of its writes', () => {
    expect(given().reader.sample(name, undefined, decisionIn('shadow'))).toBeNull();
  });
});

describe('a comparison', () => {
  it('matches when both sides answer the same', async () => {
    const { compare, outcomes } = given();
    compare('a', same);
    await settle();
    expect(outcomes).toEqual(['t1 match']);
  });

  it('counts a difference only when it is seen again', async () => {
    const { compare, outcomes } = given();
    compare('a', different);
    await settle();
    const news = ['b', 'a'];
    compare('a', { ...same, new: () => news.shift() ?? 'none' });
    await settle();
    expect(outcomes).toEqual(['t1 field', 't1 match']);
  });

  it('is void when the served side itself moved: another process wrote', async () => {
    const { compare, outcomes } = given();
    const moved = ['b', 'c'];
    compare('a', { ...same, old: () => 'later', new: () => moved.shift() ?? 'none' });
    await settle();
    expect(outcomes).toEqual(['t1 void']);
  });

  it('compares with old in live, and tells the sides apart', async () => {
    const { compare, outcomes } = given();
    const nullable: BothSides<string | null> = { old: () => 'a', new: () => null };
    compare<string | null>(null, nullable, 'live');
    await settle();
    compare<string | null>('a', nullable, 'shadow');
    await settle();
    expect(outcomes).toEqual(['t1 missing', 't1 missing']);
  });

  it('counts a new side that fails in each of three further looks as a mismatch of kind error', async () => {
    const { timing, compare, outcomes } = given();
    let reads = 0;
    compare('a', {
      ...same,
      new: () => {
        reads += 1;
        throw new Error('broken');
      },
    });
    await timing.advance(599);
    expect(outcomes).toEqual([]);
    await timing.advance(1);
    expect([reads, outcomes]).toEqual([4, ['t1 error']]);
  });

  it('takes a new side that answers at any look for flaky: that is what `errors` is for', async () => {
    const { timing, compare, outcomes } = given();
    for (const answersAt of [2, 3, 4]) {
      let reads = 0;
      compare('a', {
        ...same,
        new: () => {
          reads += 1;
          if (reads < answersAt) throw new Error('sometimes');
          return 'a';
        },
      });
    }
    await timing.advance(600);
    expect(outcomes).toEqual(['t1 match', 't1 match', 't1 match']);
  });

  it('is void when the old side fails where the new one answers: there is nothing to compare with', async () => {
    const { timing, compare, outcomes } = given();
    compare('a', { old: failing.new, new: () => 'a' }, 'live');
    await timing.advance(600);
    expect(outcomes).toEqual(['t1 void']);
  });

  it('is a mismatch when one side answers by an error and the other by a value, each time', async () => {
    const { timing, compare, outcomes } = given();
    const missing = Object.assign(new Error('no such user'), { status: 404 });
    compare('a', { old: () => Promise.reject(missing), new: () => 'a' }, 'live');
    await timing.advance(600);
    expect(outcomes).toEqual(['t1 error']);
  });

  it('says nothing when the own side did harm: that is counted as its failure', async () => {
    const { reader, outcomes, writes } = given();
    const sample = reader.sample(name, 't1', decisionIn('shadow'));
    expect(sample).not.toBeNull();
    const harm = { ok: false, error: new Error('x'), harm: true, milliseconds: 1 } as const;
    if (sample !== null) reader.compare<string>(sample, harm, same);
    await settle();
    expect(outcomes).toEqual([]);
    writes.begin('t1')();
    expect(sample?.watch.overlapped).toBe(false);
  });

  it('is void and told once when compare throws', async () => {
    const { compare, outcomes, told } = given();
    const broken: BothSides<string> = {
      ...same,
      compare: () => {
        throw new Error('theirs');
      },
    };
    compare('a', broken);
    compare('a', broken);
    await settle();
    expect(outcomes).toEqual(['t1 void', 't1 void']);
    expect(told).toEqual([expect.stringContaining('theirs')]);
  });
});

describe('a write of the same unit makes it void', () => {
  it('when it was running as the first read began', async () => {
    const { writes, compare, outcomes } = given();
    const end = writes.begin('t1');
    compare('a', different);
    end();
    await settle();
    expect(outcomes).toEqual(['t1 void']);
  });

  it('when it began and ended between the two reads', async () => {
    const { writes, reader, outcomes } = given();
    const sample = reader.sample(name, 't1', decisionIn('shadow'));
    writes.begin('t1')();
    if (sample !== null) reader.compare(sample, answered('a'), same);
    await settle();
    expect(outcomes).toEqual(['t1 void']);
  });

  it('when it fell into the second look at a difference', async () => {
    const { writes, compare, outcomes } = given();
    let reads = 0;
    compare('a', {
      old: () => 'a',
      new: () => {
        reads += 1;
        if (reads === 2) writes.begin('t1')();
        return 'b';
      },
    });
    await settle();
    expect(outcomes).toEqual(['t1 void']);
  });

  it('but not a write of another unit', async () => {
    const { writes, compare, outcomes } = given();
    const end = writes.begin('t2');
    compare('a', same);
    await settle();
    end();
    expect(outcomes).toEqual(['t1 match']);
  });
});

describe('the limits', () => {
  const hanging: BothSides<string> = { ...same, new: () => new Promise<string>(() => {}) };

  it('gives up a read after two seconds', async () => {
    const { timing, compare, outcomes } = given();
    compare('a', hanging);
    await timing.advance(1_999);
    expect(outcomes).toEqual([]);
    await timing.advance(1);
    expect(outcomes).toEqual(['t1 void']);
  });

  it('runs four at once, and keeps the place of a read that still holds its connection', async () => {
    const { timing, compare, outcomes } = given();
    const finish: (() => void)[] = [];
    let reads = 0;
    const slow: BothSides<string> = {
      ...same,
      new: () => {
        reads += 1;
        return new Promise((resolve) => {
          finish.push(() => resolve('a'));
        });
      },
    };
    for (let call = 0; call < 6; call += 1) compare('a', slow);
    await settle();
    expect(reads).toBe(4);
    expect(outcomes).toEqual(['t1 void', 't1 void']);
    await timing.advance(2_000);
    compare('a', same);
    await settle();
    expect(outcomes).toEqual(Array.from({ length: 7 }, () => 't1 void'));
    for (const end of finish) end();
    await timing.advance(10_000);
    compare('a', same);
    await settle();
    expect(outcomes.at(-1)).toBe('t1 match');
  });

  it('spares a side that failed five times in a row for ten seconds', async () => {
    const { timing, compare, outcomes } = given();
    compare('a', failing);
    await timing.advance(600);
    compare('a', failing);
    await timing.advance(600);
    // The fifth failure in a row was the second comparison's first; each later one began the ten
    // seconds anew.
    compare('a', same);
    await timing.advance(9_999);
    compare('a', same);
    await settle();
    expect(outcomes).toEqual(['t1 error', 't1 error']);
    await timing.advance(1);
    compare('a', same);
    await settle();
    expect(outcomes.at(-1)).toBe('t1 match');
  });
});
