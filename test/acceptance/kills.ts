import { isDeepStrictEqual } from 'node:util';
import { drawKills, drawRollbackKills } from '../support/kill-schedule.ts';
import type { RebaseEnd } from '../support/killed-rebase.ts';
import { killedRollback } from '../support/killed-rollback.ts';
import { type EndState, killedRollout } from '../support/killed-rollout.ts';
import { killedTwins } from '../support/killed-twins.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { testSeed } from '../support/test-seed.ts';
import type { KillRun } from './kill-run.ts';
import { withTestServer } from './with-test-server.ts';

const rollouts = 5;
const rollbacks = 12;
/** Rollouts that two servers share. */
const shared = 3;
const killsEach = { rollout: 10, rollback: 3 } as const;

/** Kills servers at points drawn from seed after seed, against a PostgreSQL of its own. */
export function killRuns(tell: (line: string) => void): Promise<readonly KillRun[]> {
  return withTestServer(async () => {
    const undisturbed = await killedRollout({ before: [], inContract: [] });
    const seeds = (count: number): readonly number[] =>
      Array.from({ length: count }, (_, index) => testSeed + 1 + index);
    const planned = [
      ...seeds(rollouts).map((seed) => () => rollout(seed, undisturbed)),
      ...seeds(rollbacks).map((seed) => () => rollback(seed)),
      ...seeds(shared).map((seed) => () => twins(seed, undisturbed)),
    ];
    const runs: KillRun[] = [];
    for (const plan of planned) {
      const run = await timed(plan);
      const { what, seed, outcome, points, wrong } = run;
      tell(`${what}, seed ${seed}: ${outcome}, ${points.length} kills, ${wrong.length} wrong`);
      runs.push(run);
    }
    return runs;
  });
}

async function timed(run: () => Promise<Omit<KillRun, 'durationMs'>>): Promise<KillRun> {
  const began = performance.now();
  const ended = await run();
  return { ...ended, durationMs: Math.round(performance.now() - began) };
}

async function rollout(seed: number, undisturbed: EndState): Promise<Omit<KillRun, 'durationMs'>> {
  const schedule = drawKills(killsEach.rollout, seededRandom(seed));
  const points = [...schedule.before, ...schedule.inContract];
  const end = await killedRollout(schedule);
  const wrong = [...missedOf(points, end.kills), ...differencesOf(end, undisturbed)];
  return { what: 'rollout', seed, points, outcome: end.phase, wrong };
}

async function twins(seed: number, undisturbed: EndState): Promise<Omit<KillRun, 'durationMs'>> {
  const { twice, ...end } = await killedTwins(seed);
  const wrong = [...twice, ...differencesOf(end, undisturbed)];
  return { what: 'rollout by two servers', seed, points: end.kills, outcome: end.phase, wrong };
}

/** What is not as in a run without kills, in words. */
function differencesOf(ended: EndState, undisturbed: EndState): readonly string[] {
  const { kills: _none, ...end } = ended;
  return (Object.keys(end) as (keyof typeof end)[])
    .filter((key) => !isDeepStrictEqual(end[key], undisturbed[key]))
    .map((key) => `${key}: ${JSON.stringify(end[key])}, not ${JSON.stringify(undisturbed[key])}`);
}

async function rollback(seed: number): Promise<Omit<KillRun, 'durationMs'>> {
  const { from, points } = drawRollbackKills(killsEach.rollback, seededRandom(seed));
  const end = await killedRollback({ from, points });
  const { phase, newWrites, target } = end;
  const wrong = [
    ...missedOf(points, end.kills),
    ...(phase === 'rolled_back' ? [] : [`it ended as ${phase}`]),
    ...(newWrites.after === 0 ? [] : [`${newWrites.after} writes on the new side after the end`]),
    ...(target.startsWith('kill,') && !/pending|running/.test(target) ? [] : [`target: ${target}`]),
    ...end.wounds,
    ...end.failures,
    ...end.lost,
    ...unlikeOnce(end.rebase),
  ];
  return { what: `rollback out of a ${from}`, seed, points, outcome: phase, wrong };
}

/** What a rebase came to that was not carried out once, by whoever came after the death. */
function unlikeOnce(rebase: RebaseEnd | null): readonly string[] {
  const once = { accepted: true, decisions: 1, moved: true };
  const isFine = rebase === null || isDeepStrictEqual(rebase.atLast, once);
  return isFine ? [] : [`rebase: ${JSON.stringify(rebase.atLast)}`];
}

function missedOf(points: readonly string[], kills: readonly string[]): readonly string[] {
  return isDeepStrictEqual(points, kills) ? [] : [`it died at ${kills.join(', ')} only`];
}
