import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { fencedBlocks } from '../../../test/support/fenced-blocks.ts';
import { runCommand as run } from '../../../test/support/run-command.ts';
import { shownCommands } from '../../../test/support/shown-commands.ts';

const line = 'forecast -f policies/users-birthdate.yaml --rate 300 --units 300';
const prefix = 'npm run -s crossfade -- ';

describe('forecast', () => {
  const shown = fencedBlocks('docs/forecast.md').flatMap(shownCommands);

  it('is shown at work', () => {
    expect(shown.length).toBeGreaterThan(1);
  });

  it.each(shown)('says what the page shows: $command', async ({ command, printed }) => {
    expect(command.startsWith(prefix)).toBe(true);
    const { status, out } = await run(command.slice(prefix.length));
    expect(status).toBe(0);
    expect(out.split('\n').filter((text) => text !== '')).toEqual(printed);
  });

  it('prints the same as JSON', async () => {
    const { out } = await run(`${line} --errors 0.1% -o json`);
    const { forecasts } = JSON.parse(out) as { forecasts: { policy: string; steps: object[] }[] };
    expect(forecasts[0]?.policy).toBe('users-birthdate');
    expect(forecasts[0]?.steps[2]).toMatchObject({ name: 'share 10%', share: 0.1, bake: 1800 });
  });

  it.each([
    ['--rate x --units 3', '--rate is `x`; expected a number, 0.001 to 10000000'],
    ['--rate 3 --units 1', '--units is `1`; expected a number, 2 to 100000'],
    ['--rate 3 --units 9 --errors 70%', '--errors is `70%`; expected a number, 0 to 0.5'],
  ])('refuses %s', async (options, message) => {
    const ran = await run(`forecast -f policies/users-birthdate.yaml ${options}`);
    expect([ran.status, ran.err]).toEqual([2, `crossfade: ${message}\n`]);
  });

  it('names its own verb in the command line page', () => {
    expect(readFileSync('docs/cli.md', 'utf8')).toContain('`forecast -f PATH');
  });
});
