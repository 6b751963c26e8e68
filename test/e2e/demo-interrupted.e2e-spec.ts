import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCommand } from '../support/run-command.ts';
import { demoFigures } from '../support/run-demo.ts';

/** Longer than a scenario may take by its own deadline, so that it ends by itself. */
const limitMs = 330_000;

describe('npm run demo, interrupted', () => {
  it(
    'crash: a control plane that is killed twice carries on where it was, as if it had not been',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'crossfade-histories-'));
      expect(await demoFigures('crash', {}, ['--histories', folder])).toMatchObject({
        outcome: 'completed',
        kills: 2,
        requestsFailed: 0,
        writesLost: 0,
        falseRollback: false,
      });
      // Replayed in one process that nobody kills, it makes the same decisions, tick by tick.
      const replayed = await runCommand(`replay -f ${join(folder, 'crash.jsonl.gz')}`);
      expect(replayed.out).toMatch(/^history of users-birthdate-1, .*: the same to the last bit$/m);
      expect(replayed.status).toBe(0);
      await rm(folder, { recursive: true });
    },
    limitMs,
  );

  it(
    'outage: holds while no evidence arrives, then finishes',
    async () => {
      const result = await demoFigures('outage');
      expect(result).toMatchObject({
        outcome: 'completed',
        requestsFailed: 0,
        writesLost: 0,
        falseRollback: false,
      });
      const longest = Math.max(
        ...result.holds
          .filter(({ reason }) => reason.includes('noData'))
          .map(({ fromMs, toMs }) => toMs - fromMs),
      );
      expect(longest).toBeGreaterThanOrEqual(10_000);
    },
    limitMs,
  );
});
