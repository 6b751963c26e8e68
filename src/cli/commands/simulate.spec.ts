import { describe, expect, it } from '@jest/globals';

import { fencedBlocks } from '../../../test/support/fenced-blocks.ts';
import { usualTraffic } from '../../core/judge/forecast/population.ts';
import { askServer, runCommand as run } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import { shownCommands } from '../../../test/support/shown-commands.ts';

/** Rollouts of hours take seconds, and more on a machine that is busy. */
const longMs = 180_000;

const prefix = 'npm run -s crossfade -- ';
const file = 'simulate -f policies/users-birthdate.yaml';

describe('simulate', () => {
  const shown = fencedBlocks('docs/simulate.md').flatMap(shownCommands);

  it.each(shown)(
    'says what the page shows: $command',
    async ({ command, printed }) => {
      const { status, out } = await run(command.slice(prefix.length));
      expect(status).toBe(0);
      expect(out.split('\n').filter((text) => text !== '')).toEqual(printed);
    },
    longMs,
  );

  it('prints the same as JSON, whatever the number of threads', async () => {
    const { out } = await run(`${file} --rate 50 --units 20 --rollouts 3 --harm unit+90pp -o json`);
    const told = JSON.parse(out) as { plan: object; healthy: object; harms: object[] };
    expect(told.plan).toMatchObject({ rollouts: 3, seed: 1, harmed: 3 });
    expect(told.healthy).toMatchObject({ completed: { of: 3 }, rolledBack: { count: 0 } });
    expect(told.harms).toMatchObject([{ harm: { kind: 'oneUnit', value: 0.9 } }]);
  });

  describe('like a rollout that the server knows', () => {
    const line = 'GET /api/v1/rollouts/users-1/forecast';
    const traffic = { ...usualTraffic, requestsPerSecond: 70, units: 12, oldErrors: 0.004 };
    const ask = (body: unknown, more = '') =>
      askServer(
        new ScriptedApi({ [line]: [{ body }] }),
        `${file} --like users-1 --rollouts 1 --harm +50pp${more}`,
      );

    it('has its traffic, but for what is typed', async () => {
      const { out } = await ask(
        { seconds: 7_200, forecast: { traffic }, assumed: [] },
        ' --units 9',
      );
      expect(out.split('\n')[0]).toContain('at 70 requests/s, 9 units, 0.4% failing');
    });

    it('is refused while too little is known of it', async () => {
      const { status, err } = await ask({ seconds: 30, forecast: null, assumed: [] });
      expect(status).toBe(2);
      expect(err).toContain('too little is known of the traffic of users-1');
    });
  });

  it('shows a person how far it is, and then clears it away', async () => {
    const { err } = await run(`${file} --rate 50 --units 9 --rollouts 2 --harm +50pp`, {
      interactive: true,
    });
    expect(err).toContain('played 1 of 2 rollouts');
    expect(err.endsWith('played 2 of 2 rollouts\r\u001B[K')).toBe(true);
  });

  it.each([
    ['--units 9', 'how busy is the service? give --rate, --recorded, --prometheus or --like'],
    ['--rate 3', 'how many units are active? give --units, too'],
    ['--rate 3 --units 1', '--units is `1`; expected a number, 2 to 100000'],
    ['--rate 3 --units 9 --rollouts 0', '--rollouts is `0`; expected a number, 1 to 100000'],
    [
      '--rate 3 --units 9 --harm +0pp',
      '--harm is `+0pp`; write for example +1pp, x1.5, 1in1000 or unit+50pp',
    ],
    ['--units 9 --recorded nowhere.json', 'nowhere.json cannot be read (ENOENT)'],
    ['--units 9 --recorded a --prometheus b', 'give --recorded or --prometheus, not both'],
  ])('refuses %s', async (options, message) => {
    const ran = await run(`${file} ${options}`);
    expect([ran.status, ran.err]).toEqual([2, `crossfade: ${message}\n`]);
  });
});
