import type { FaultPoint } from '../../src/engine/ports/fault-points.ts';
import type { Random } from './seeded-random.ts';

/** The parts of a rollout in the order in which it comes by. `contract` begins when it was confirmed. */
const stretches = ['expand', 'backfill', 'verify', 'routes', 'contract'] as const;

type Stretch = (typeof stretches)[number];

/**
 * Every fault point there is, in the order in which a stretch passes them, with how often each is
 * passed there at the least, however often the server died before. Ticks go on while a job works, so
 * they are counted only where they cannot outrun what follows. A rollback, a backup and constraints have
 * points of their own.
 */
const passages: Readonly<Record<FaultPoint, Readonly<Partial<Record<Stretch, number>>>>> = {
  'tick.beforeCommit': { expand: 1, routes: 6, contract: 1 },
  'tick.afterCommit': { expand: 1, routes: 6, contract: 1 },
  'ensureJob.beforeAct': { expand: 1, backfill: 1, verify: 1, contract: 1 },
  'ensureJob.afterAct': { expand: 1, backfill: 1, verify: 1, contract: 1 },
  'expand.beforeStatement': { expand: 9 },
  'expand.beforeCommit': { expand: 2 },
  'expand.afterCommit': { expand: 2 },
  'backfill.beforeCursor': { backfill: 3 },
  'backfill.beforeCommit': { backfill: 2 },
  'backfill.afterCommit': { backfill: 2 },
  'verify.beforeCursor': { verify: 3, contract: 3 },
  'verify.beforeCommit': { verify: 2, contract: 2 },
  'verify.afterCommit': { verify: 2, contract: 2 },
  'setRoute.beforeAct': { routes: 2, contract: 1 },
  'setRoute.afterAct': { routes: 1, contract: 1 },
  'writeRouteRow.beforeAct': { routes: 1, contract: 1 },
  'writeRouteRow.afterAct': { routes: 1, contract: 1 },
  'contract.beforeStatement': { contract: 8 },
  'contract.beforeCommit': { contract: 1 },
  'contract.afterCommit': { contract: 1 },
  'revokeJob.beforeAct': {},
  'revokeJob.afterAct': {},
  'throttleJob.beforeAct': {},
  'throttleJob.afterAct': {},
  'notify.beforeAct': {},
  'notify.afterAct': {},
  'retire.beforeStatement': {},
  'retire.beforeCommit': {},
  'retire.afterCommit': {},
  'restore.beforeStatement': {},
  'restore.afterStatement': {},
  'restore.beforeCursor': {},
  'restore.beforeCommit': {},
  'restore.afterCommit': {},
  'backup.beforeTable': {},
  'backup.beforeSeal': {},
  'backup.afterSeal': {},
  'backup.beforeVerify': {},
  'index.beforeStatement': {},
  'index.afterStatement': {},
  'seal.beforeStatement': {},
  'seal.afterStatement': {},
};

/** A place to die at: `where` as the server is told it, `POINT:N`. */
interface Kill {
  readonly point: FaultPoint;
  readonly stretch: Stretch;
  readonly where: string;
}

/** Where the server dies in one rollout, in order; those after `contract` was confirmed come last. */
export interface KillSchedule {
  readonly before: readonly string[];
  readonly inContract: readonly string[];
}

const points = Object.keys(passages) as readonly FaultPoint[];

/** What each schedule has at the least, whatever the seed, by the names of the points. */
export const always = {
  'inside expand': /^expand\./,
  'between batch and cursor': /^backfill\.beforeCursor/,
  'between commit and effect': /^tick\.afterCommit|\.beforeAct/,
  'between effect and read-back': /\.afterAct/,
  'inside contract': /^contract\.before/,
} as const;

/** Draws so many kills, among them one inside of everything that must never be left half done. */
export function drawKills(count: number, random: Random): KillSchedule {
  const places = points.flatMap((point) =>
    stretches.flatMap((stretch) => drawnAt(point, stretch, random)),
  );
  const drawn = new Set(
    Object.values(always).map((wanted) =>
      one(
        places.filter(({ point }) => wanted.test(point)),
        random,
      ),
    ),
  );
  while (drawn.size < count) drawn.add(one(places, random));
  const inOrder = places
    .filter((kill) => drawn.has(kill))
    .toSorted((a, b) => stretches.indexOf(a.stretch) - stretches.indexOf(b.stretch));
  const of = (late: boolean): readonly string[] =>
    inOrder.filter(({ stretch }) => (stretch === 'contract') === late).map(({ where }) => where);
  return { before: of(false), inContract: of(true) };
}

function drawnAt(point: FaultPoint, stretch: Stretch, random: Random): readonly Kill[] {
  const most = passages[point][stretch];
  if (most === undefined) return [];
  return [{ point, stretch, where: `${point}:${1 + Math.floor(random() * most)}` }];
}

function one<Thing>(things: readonly Thing[], random: Random): Thing {
  const thing = things[Math.floor(random() * things.length)];
  if (thing === undefined) throw new RangeError('there is nothing to draw from');
  return thing;
}

/** Where a rollback begins, and where the server dies on the way back. */
export interface RollbackKills {
  readonly from: 'share' | 'backfill';
  readonly points: readonly string[];
}

/**
 * Ways back, each with its points in the order in which they come by. Flag and target are acted on
 * side by side, so a way has points of one of them, up to where they meet again.
 */
const waysBack: readonly { from: RollbackKills['from']; points: readonly FaultPoint[] }[] = [
  {
    from: 'share',
    points: [
      'tick.beforeCommit',
      'tick.afterCommit',
      'setRoute.beforeAct',
      'setRoute.afterAct',
      'writeRouteRow.beforeAct',
      'writeRouteRow.afterAct',
      'ensureJob.beforeAct',
      'ensureJob.afterAct',
      'verify.beforeCursor',
      'verify.afterCommit',
    ],
  },
  {
    from: 'backfill',
    points: [
      'tick.afterCommit',
      'revokeJob.beforeAct',
      'revokeJob.beforeAct',
      'revokeJob.afterAct',
    ],
  },
  { from: 'backfill', points: ['tick.afterCommit', 'setRoute.beforeAct', 'setRoute.afterAct'] },
];

/** Draws a way back and so many of its points. */
export function drawRollbackKills(count: number, random: Random): RollbackKills {
  const { from, points: all } = one(waysBack, random);
  const drawn = new Set<number>();
  while (drawn.size < Math.min(count, all.length)) drawn.add(Math.floor(random() * all.length));
  return { from, points: all.filter((_, at) => drawn.has(at)).map((point) => `${point}:1`) };
}
