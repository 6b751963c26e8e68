import type { MigrationEvidence } from '../../src/core/protocol/evidence.ts';
import { isStorable } from '../../src/core/protocol/storable.ts';
import { routeOf } from '../support/route-of.ts';
import { type Check, expectSame } from './check.ts';
import { migration } from './stage.ts';
import type { ConformanceStage } from './stage.ts';

const back = { baseStage: 'off', canaryStage: 'off' } as const;

async function countedBySide(stage: ConformanceStage, operations: number): Promise<void> {
  await stage.until(
    `reports ${operations} operations`,
    () => servedIn(stage.evidence) >= operations,
  );
}

function servedIn(evidence: readonly MigrationEvidence[]): number {
  return evidence.reduce((sum, { served }) => sum + served.old + served.new, 0);
}

/** How a client keeps in touch, and what it says of itself. */
export const checksOfContact: readonly Check[] = [
  {
    name: 'introduces itself: token, service, what it implements, and one id for all of it',
    begins: null,
    run: async (stage) => {
      await stage.until('opens a stream', () => stage.server.streamQueries.length > 0);
      await stage.until('reports twice', () => stage.reports.length > 1);
      expectSame('the tokens', [...stage.server.tokens], ['Bearer secret']);
      const [report] = stage.reports;
      expectSame('the service', report?.service, 'users-api');
      expectSame('what it implements', report?.implements, [migration]);
      expectSame('what it runs', report?.acknowledged, [
        { migration, revision: 0, safeSide: 'old', draining: 0 },
      ]);
      const query = stage.server.streamQueries[0];
      expectSame('what its stream is for', query?.get('implements'), migration);
      const ids = new Set(stage.reports.map(({ instance }) => instance));
      expectSame('its ids', [...ids], [query?.get('instance')]);
    },
  },
  {
    name: 'follows the stream at once, and acknowledges what it follows',
    heartbeatMs: 60_000,
    run: async (stage) => {
      await stage.acknowledged(1);
      await stage.follow(routeOf({ revision: 2, share: 100 }));
      expectSame('the side', await stage.operate('t1'), 'new');
    },
  },
  {
    name: 'follows the answers of its reports when nothing is pushed',
    run: async (stage) => {
      await stage.acknowledged(1);
      stage.server.setWithoutPush(routeOf({ revision: 2, share: 100 }));
      await stage.acknowledged(2);
      expectSame('the side', await stage.operate('t1'), 'new');
    },
  },
  {
    name: 'passes over what it does not understand on the stream, and follows what comes after',
    heartbeatMs: 60_000,
    run: async (stage) => {
      await stage.acknowledged(1);
      stage.server.sayUnknown();
      await stage.follow(routeOf({ revision: 2, share: 100 }));
      expectSame('the side', await stage.operate('t1'), 'new');
      expectSame('streams that it had to open', stage.server.streamQueries.length, 1);
    },
  },
  {
    name: 'opens a broken stream again',
    run: async (stage) => {
      await stage.until('opens a stream', () => stage.server.openStreams === 1);
      stage.server.breakStreams();
      await stage.until('opens it again', () => stage.server.streamQueries.length > 1);
    },
  },
  {
    name: 'keeps its state while Crossfade is away, and follows again when it is back',
    begins: routeOf({ share: 100 }),
    run: async (stage) => {
      await stage.acknowledged(1);
      await stage.server.vanish();
      expectSame('the side', await stage.operate('t1'), 'new');
      stage.server.setWithoutPush(routeOf({ revision: 2, ...back }));
      await stage.server.comeBack();
      await stage.acknowledged(2);
      expectSame('the side afterwards', await stage.operate('t1'), 'old');
    },
  },
  {
    name: 'falls to the safe side when Crossfade is away for longer than maxStaleMs',
    begins: routeOf({ share: 100 }),
    maxStaleMs: 1_500,
    run: async (stage) => {
      await stage.acknowledged(1);
      await stage.server.vanish();
      await stage.until('fell to the old side', async () => (await stage.operate('t1')) === 'old');
    },
  },
  {
    name: 'confirms its revision after a freeze before it serves new again',
    begins: routeOf({ share: 100 }),
    freezeAfterMs: 500,
    run: async (stage) => {
      await stage.acknowledged(1);
      expectSame('the side', await stage.operate('t1'), 'new');
      await stage.client.freeze(1_000);
      stage.server.setWithoutPush(routeOf({ revision: 2, ...back }));
      stage.client.thaw();
      expectSame('the side afterwards', await stage.operate('t1'), 'old');
    },
  },
  {
    name: 'counts each operation once, by unit, cohort, kind and revision',
    begins: routeOf({ share: 100, pinned: ['old-one'] }),
    run: async (stage) => {
      await stage.acknowledged(1);
      await stage.operate('t1');
      await stage.operate('t1', { fails: true, operation: 'write' });
      await stage.operate('t1', { operation: 'write' });
      await stage.operate('old-one');
      await countedBySide(stage, 4);
      await stage.follow(routeOf({ revision: 2, ...back }));
      await stage.operate('t1');
      await countedBySide(stage, 5);
      const rows = stage.evidence.flatMap(({ revision, units }) =>
        units.map(({ unit, cohort, operation, requests, failed }) =>
          [revision, unit, cohort, operation, requests, failed].join(' '),
        ),
      );
      const right = [
        '1 t1 canary read 1 0',
        '1 t1 canary write 2 1',
        '1 old-one baseline read 1 0',
        '2 t1 baseline read 1 0',
      ];
      expectSame('the counts', summed(rows), summed(right));
      const durations = stage.evidence.flatMap(({ latency }) =>
        latency.flatMap(({ buckets }) => Object.values(buckets)),
      );
      const measured = durations.reduce((sum, count) => sum + count, 0);
      expectSame('durations, those of failures left out', measured, 4);
    },
  },
  {
    name: 'names no unit that cannot be stored, and counts it all the same',
    begins: routeOf({ share: 100 }),
    run: async (stage) => {
      await stage.acknowledged(1);
      await stage.sidesOf(['nul \0', 'half \ud800', 'x'.repeat(201)]);
      await countedBySide(stage, 3);
      const units = stage.evidence.flatMap((evidence) => evidence.units);
      expectSame(
        'requests',
        units.reduce((sum, { requests }) => sum + requests, 0),
        3,
      );
      expectSame(
        'unstorable names',
        units.filter(({ unit }) => !isStorable(unit)),
        [],
      );
    },
  },
  {
    name: 'sends a batch whose answer was lost again: the same number, the same evidence',
    begins: routeOf({ share: 100 }),
    run: async (stage) => {
      await stage.acknowledged(1);
      stage.server.behaviour = 'loseAnswer';
      await stage.operate('t1');
      await stage.until('reports it', () => servedIn(stage.evidence) === 1);
      const lost = stage.reports.find(({ evidence }) => evidence.length > 0);
      await stage.operate('t1');
      stage.server.behaviour = 'ok';
      await countedBySide(stage, 2);
      const sent = stage.reports.filter(({ seq }) => seq === lost?.seq);
      if (sent.length < 2) throw new Error('the client never sent the lost batch again');
      for (const { evidence } of sent) expectSame('the evidence', evidence, lost?.evidence);
      expectSame('operations in all', servedIn(stage.evidence), 2);
    },
  },
  {
    name: 'tries again after a passing fault, with nothing lost',
    begins: routeOf({ share: 100 }),
    run: async (stage) => {
      await stage.acknowledged(1);
      for (const status of [401, 500, 503]) {
        stage.server.behaviour = status;
        const seen = stage.reports.length;
        await stage.operate('t1');
        await stage.until(`reports after ${status}`, () => stage.reports.length > seen + 1);
      }
      stage.server.behaviour = 'ok';
      const accepted = () => servedIn(stage.server.accepted.flatMap(({ evidence }) => evidence));
      await stage.until('reports it all in the end', () => accepted() >= 3);
      expectSame('operations in all', accepted(), 3);
    },
  },
  {
    name: 'gives up a batch that is refused for what it is, and goes on with the next',
    run: async (stage) => {
      await stage.acknowledged(1);
      stage.server.behaviour = 413;
      const seq = stage.reports.at(-1)?.seq ?? 0;
      await stage.until('goes on', () => (stage.reports.at(-1)?.seq ?? 0) > seq + 1);
    },
  },
  {
    name: 'says that it leaves, with what was left to say',
    run: async (stage) => {
      await stage.acknowledged(1);
      await stage.operate('t1');
      await stage.client.close();
      expectSame('leaving', stage.reports.at(-1)?.leaving, true);
      expectSame('operations in all', servedIn(stage.evidence), 1);
    },
  },
];

/** Rows of the same kind may come in several reports. */
function summed(rows: readonly string[]): readonly string[] {
  const sums = new Map<string, [number, number]>();
  for (const row of rows) {
    const words = row.split(' ');
    const key = words.slice(0, 4).join(' ');
    const [requests, failed] = sums.get(key) ?? [0, 0];
    sums.set(key, [requests + Number(words[4]), failed + Number(words[5])]);
  }
  return [...sums].map(([key, counts]) => `${key} ${counts.join(' ')}`).toSorted();
}
