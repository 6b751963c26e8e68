import { describe, expect, it } from '@jest/globals';
import { clientInStage, failing, notFound } from '../../test/support/client-in-stage.ts';
import { settle } from '../../test/support/manual-timing.ts';
import { routeOf } from '../../test/support/route-of.ts';
import { normalizedBucket } from '../core/cohort/normalized-bucket.ts';
import { rampGroup } from '../core/cohort/ramp-group.ts';

describe('the stage table', () => {
  it.each([
    ['off', ['old'], ['old']],
    ['dualwrite', ['old'], ['old']],
    ['shadow', ['old', 'new'], ['old']],
    ['live', ['new', 'old'], ['new']],
    ['rampdown', ['new'], ['new']],
    ['complete', ['new'], ['new']],
  ] as const)('%s: a pure read calls %j, a write calls %j', async (stage, reads, writes) => {
    const { client, birthdate, calls, sides, read } = await clientInStage(stage);
    await read({ pure: true });
    await settle();
    expect(calls.splice(0)).toEqual(reads);
    await client.withUnit('t1', () => birthdate.write(sides));
    await settle();
    expect(calls).toEqual(writes);
  });

  it.each(['shadow', 'live'] as const)('%s: a read that is not pure is not repeated', async (s) => {
    const { calls, read } = await clientInStage(s);
    await read();
    await settle();
    expect(calls).toHaveLength(1);
  });

  it('compares only after the caller has its answer, and the caller never waits', async () => {
    const { read, calls } = await clientInStage('shadow');
    const seen = await read({
      pure: true,
      new: () => {
        calls.push('new');
        return new Promise<never>(() => {});
      },
    }).then(() => [...calls]);
    expect(seen).toEqual(['old']);
  });
});

describe('a failing read', () => {
  it('is answered by old in live, and counted as the canary failure and fallback that it is', async () => {
    const { read, evidence } = await clientInStage('live');
    expect(await read({ pure: true, new: failing })).toBe('same');
    expect(await evidence()).toEqual([
      expect.objectContaining({
        revision: 5,
        units: [{ unit: 't1', cohort: 'canary', operation: 'read', requests: 1, failed: 1 }],
        fallbacks: 1,
        served: { old: 1, new: 0 },
        latency: [],
      }),
    ]);
  });

  it('passes on where it is not pure, and in stages without a way back', async () => {
    const live = await clientInStage('live');
    await expect(live.read({ new: failing })).rejects.toThrow('does not exist');
    const rampdown = await clientInStage('rampdown');
    await expect(rampdown.read({ pure: true, new: failing })).rejects.toThrow('does not exist');
    expect((await rampdown.evidence())[0]).toMatchObject({ fallbacks: 0, units: [{ failed: 1 }] });
  });

  it('passes on what old says when both sides fail', async () => {
    const { read } = await clientInStage('live');
    const both = read({ pure: true, new: failing, old: notFound });
    await expect(both).rejects.toThrow('no such user');
  });

  it('is no failure and no reason for a fallback when it is an answer', async () => {
    const { read, evidence, calls } = await clientInStage('live');
    await expect(read({ pure: true, new: notFound })).rejects.toThrow('no such user');
    const [counted] = await evidence();
    expect(counted).toMatchObject({
      units: [{ requests: 1, failed: 0 }],
      fallbacks: 0,
      served: { old: 0, new: 1 },
    });
    expect(calls).toContain('old');
  });
});

describe('a failing write', () => {
  it('is never redirected', async () => {
    const { client, birthdate, calls, sides, evidence } = await clientInStage('live');
    const write = client.withUnit('t1', () => birthdate.write({ ...sides, new: failing }));
    await expect(write).rejects.toThrow('does not exist');
    expect(calls).toEqual([]);
    expect((await evidence())[0]).toMatchObject({
      units: [{ unit: 't1', cohort: 'canary', operation: 'write', requests: 1, failed: 1 }],
      fallbacks: 0,
    });
  });
});

describe('evidence', () => {
  const groupOf = (unit: string): number => rampGroup(normalizedBucket(unit, routeOf().groupId));

  it('counts requests, durations and served sides per unit and cohort', async () => {
    const { client, birthdate, sides, read, evidence } = await clientInStage('off', {
      canaryStage: 'live',
      rings: [{ name: 'r', units: ['t2'] }],
    });
    await read();
    await client.withUnit('t2', () => birthdate.write(sides));
    const [counted] = await evidence();
    expect(counted).toMatchObject({
      migration: 'users-birthdate',
      revision: 5,
      units: [
        { unit: 't1', cohort: 'baseline', operation: 'read', requests: 1, failed: 0 },
        { unit: 't2', cohort: 'canary', operation: 'write', requests: 1, failed: 0 },
      ],
      latency: [
        { cohort: 'baseline', operation: 'read', group: groupOf('t1'), buckets: { '-319': 1 } },
        { cohort: 'canary', operation: 'write', group: groupOf('t2'), buckets: { '-319': 1 } },
      ],
      served: { old: 1, new: 1 },
    });
  });

  it.each([
    ['old', 'old', 'baseline'],
    ['new', 'new', 'canary'],
  ] as const)('counts calls without a unit, all as one, where %s serves them', async (...given) => {
    const [withoutUnit, side, cohort] = given;
    const route = { share: 25, canaryStage: 'live', withoutUnit } as const;
    const { client, birthdate, sides, evidence } = await clientInStage('shadow', route);
    await birthdate.write({ ...sides, [side]: failing }).catch(() => {});
    await client.withUnit(null, () => birthdate.read(sides));
    const [counted] = await evidence();
    expect(counted?.latency[0]).not.toHaveProperty('group');
    expect(counted).toMatchObject({
      units: [
        { unit: '~without-unit', cohort, operation: 'read', requests: 1, failed: 0 },
        { unit: '~without-unit', cohort, operation: 'write', requests: 1, failed: 1 },
      ],
      latency: [{ cohort, operation: 'read' }],
      withoutUnit: 2,
      served: { [side]: 2 },
    });
  });

  it('is made before the first route too: it is the history that comparisons start from', async () => {
    const { read, evidence } = await clientInStage('off', { migration: 'another' });
    await read();
    expect((await evidence())[0]).toMatchObject({
      revision: 0,
      units: [{ unit: 't1', cohort: 'baseline', requests: 1 }],
    });
  });
});

describe('a call without a unit whose policy says refuse', () => {
  it('is refused by name, runs nothing, and is counted', async () => {
    const { birthdate, sides, calls, evidence } = await clientInStage('shadow', {
      withoutUnit: 'refuse',
    });
    await expect(birthdate.read(sides)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('withUnit'),
    });
    expect(calls).toEqual([]);
    expect((await evidence())[0]).toMatchObject({
      units: [],
      withoutUnit: 1,
      served: { old: 0, new: 0 },
    });
  });
});
