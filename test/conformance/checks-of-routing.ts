import { readFileSync } from 'node:fs';
import type { Route } from '../../src/core/protocol/route.ts';
import { routeOf } from '../support/route-of.ts';
import { type Check, expectSame } from './check.ts';
import { migration } from './stage.ts';

interface BucketVector {
  readonly groupId: string;
  readonly unit: string;
  readonly bucket: number;
}

const vectors = JSON.parse(
  readFileSync(new URL('../../docs/protocol/vectors.json', import.meta.url), 'utf8'),
) as { readonly buckets: readonly BucketVector[] };

const atHundred = (changes: Partial<Route> = {}): Route => routeOf({ share: 100, ...changes });

/** Whom a client serves by which side. */
export const checksOfRouting: readonly Check[] = [
  {
    name: 'serves the old side before it has heard of any route',
    begins: null,
    run: async (stage) => {
      expectSame('the side', await stage.operate('t1'), 'old');
    },
  },
  {
    name: 'puts every unit into the bucket of the vectors, at every share',
    run: async (stage) => {
      let revision = 1;
      for (const share of [1, 10, 25, 37, 50, 75, 90, 99]) {
        for (const groupId of new Set(vectors.buckets.map((vector) => vector.groupId))) {
          revision += 1;
          await stage.follow(routeOf({ revision, share, groupId }));
          const ofGroup = vectors.buckets.filter((vector) => vector.groupId === groupId);
          const sides = await stage.sidesOf(ofGroup.map(({ unit }) => unit));
          const right = ofGroup.map(({ bucket }) => (bucket <= share ? 'new' : 'old'));
          const of = (all: typeof sides) => ofGroup.map(({ unit }, at) => `${unit} ${all[at]}`);
          expectSame(`at ${share} % of ${groupId}`, of(sides), of(right));
        }
      }
    },
  },
  {
    name: 'keeps pinned and quarantined units old, and takes in those of a ring',
    begins: routeOf({
      share: 50,
      pinned: ['pinned', 'ringed-and-pinned'],
      quarantined: ['quarantined'],
      rings: [{ name: 'internal', units: ['ringed', 'ringed-and-pinned', 'quarantined'] }],
    }),
    run: async (stage) => {
      await stage.acknowledged(1);
      const units = ['pinned', 'ringed-and-pinned', 'quarantined', 'ringed'];
      expectSame('the sides', await stage.sidesOf(units), ['old', 'old', 'old', 'new']);
    },
  },
  {
    name: 'serves every stage by its side',
    run: async (stage) => {
      const right = { off: 'old', shadow: 'old', live: 'new', rampdown: 'new' } as const;
      let revision = 1;
      for (const [stageName, side] of Object.entries(right)) {
        revision += 1;
        const baseStage = stageName as keyof typeof right;
        await stage.follow(routeOf({ revision, baseStage, canaryStage: baseStage }));
        expectSame(`the side of ${stageName}`, await stage.operate('t1'), side);
      }
    },
  },
  {
    name: 'does with a call without a unit what the route says',
    run: async (stage) => {
      const right = { old: 'old', new: 'new', refuse: null } as const;
      let revision = 1;
      for (const [withoutUnit, side] of Object.entries(right)) {
        revision += 1;
        await stage.follow(atHundred({ revision, withoutUnit: withoutUnit as keyof typeof right }));
        expectSame(`the side by ${withoutUnit}`, await stage.operate(null), side);
      }
    },
  },
  {
    name: 'serves `new` without a unit only once anybody is in the canary',
    begins: routeOf({ withoutUnit: 'new' }),
    run: async (stage) => {
      await stage.acknowledged(1);
      expectSame('the side at 0 %', await stage.operate(null), 'old');
      await stage.follow(routeOf({ revision: 2, withoutUnit: 'new', share: 1 }));
      expectSame('the side at 1 %', await stage.operate(null), 'new');
    },
  },
  {
    name: 'serves the safe side when a person switched the flag off',
    begins: atHundred(),
    run: async (stage) => {
      await stage.acknowledged(1);
      expectSame('the side before', await stage.operate('t1'), 'new');
      await stage.follow(atHundred({ revision: 2, enabled: false }));
      expectSame('the side after', await stage.operate('t1'), 'old');
    },
  },
  {
    name: 'keeps nobody old once the rollout is complete',
    begins: atHundred({ pinned: ['t1'], baseStage: 'complete', canaryStage: 'complete' }),
    run: async (stage) => {
      await stage.acknowledged(1);
      expectSame('the side', await stage.operate('t1'), 'new');
    },
  },
  {
    name: 'latches to the new side once that is the safe one',
    begins: atHundred({ baseStage: 'complete', canaryStage: 'complete', safeSide: 'new' }),
    run: async (stage) => {
      await stage.acknowledged(1);
      await stage.follow(atHundred({ revision: 2, enabled: false, safeSide: 'old' }));
      expectSame('the side', await stage.operate('t1'), 'new');
      const own = stage.reports.at(-1)?.acknowledged.find((one) => one.migration === migration);
      expectSame('the safe side it reports', own?.safeSide, 'new');
    },
  },
  {
    name: 'never goes back to a lower revision',
    begins: atHundred({ revision: 7 }),
    run: async (stage) => {
      await stage.acknowledged(7);
      const seen = stage.reports.length;
      stage.server.set(routeOf({ revision: 6 }));
      await stage.until('reports', () => stage.reports.length > seen + 2);
      expectSame('the side', await stage.operate('t1'), 'new');
      expectSame('the revision', stage.reports.at(-1)?.acknowledged[0]?.revision, 7);
    },
  },
  {
    name: 'neither follows nor acknowledges a route that it does not understand',
    begins: atHundred(),
    run: async (stage) => {
      await stage.acknowledged(1);
      const seen = stage.reports.length;
      const future = { ...routeOf({ revision: 2 }), canaryStage: 'sideways' } as unknown as Route;
      stage.server.set(future);
      await stage.until('reports', () => stage.reports.length > seen + 2);
      expectSame('the side', await stage.operate('t1'), 'new');
      expectSame('the revision', stage.reports.at(-1)?.acknowledged[0]?.revision, 1);
    },
  },
];
