import { killedTables, MORTALS, MORTALS_OF_PLAIN, onUsers } from '../support/killed-tables.ts';
import { testSeed } from '../support/test-seed.ts';
import { ADD_BIRTHDATE } from '../support/users-target.ts';
import type { KillRun } from './kill-run.ts';
import { withTestServer } from './with-test-server.ts';

/** Deaths in all, each at a moment of its own. */
const deaths = 100;

const mortals = [onUsers(ADD_BIRTHDATE), ...MORTALS, ...MORTALS_OF_PLAIN];

/** Kills whoever works on a target, operation after operation and seed after seed, until so many have died. */
export async function targetKillRuns(tell: (line: string) => void): Promise<readonly KillRun[]> {
  return withTestServer(async () => {
    const runs: KillRun[] = [];
    let dead = 0;
    for (let turn = 0; dead < deaths; turn += 1) {
      const mortal = mortals[turn % mortals.length];
      if (mortal === undefined) throw new TypeError('There are operations.');
      const seed = testSeed + 1 + turn;
      const began = performance.now();
      const { points, wrong } = await killedTables(mortal, seed);
      const durationMs = Math.round(performance.now() - began);
      const outcome = wrong.length === 0 ? 'there and back' : 'not as it should';
      runs.push({ what: mortal.what, seed, points, outcome, wrong, durationMs });
      dead += points.length;
      tell(`${mortal.what}, seed ${seed}: ${outcome}, ${dead} of ${deaths} deaths`);
    }
    return runs;
  });
}
