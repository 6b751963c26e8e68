import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { fencedBlocks } from '../support/fenced-blocks.ts';
import { followPages } from '../support/follow-pages.ts';
import { Newcomer } from '../support/newcomer.ts';
import { ReadmeService } from '../support/readme-service.ts';
import { shownCommands } from '../support/shown-commands.ts';

const limitMs = 240_000;
const patienceMs = 120_000;
const name = 'users-birthdate';

let newcomer: Newcomer;

beforeAll(async () => {
  newcomer = await Newcomer.arrive();
}, limitMs);

afterAll(async () => {
  await newcomer?.leave();
}, limitMs);

followPages(['README.md', 'docs/cli.md', 'docs/gitops.md'], () => newcomer);

describe('docs/cli.md', () => {
  it('shows each of its commands at work', () => {
    const named = [...readFileSync('docs/cli.md', 'utf8').matchAll(/^\| `([a-z]+)[^`]*` /gm)];
    const verbs = new Set(named.map(([, verb]) => verb));
    const shown = fencedBlocks('docs/cli.md').flatMap(shownCommands);
    const used = shown.map(({ command }) => / crossfade -- (\w+)/.exec(command)?.[1]);
    expect(verbs.size).toBeGreaterThan(8);
    expect([...verbs].filter((verb) => !used.includes(verb))).toEqual([]);
  });
});

describe('the service of README.md', () => {
  let services: readonly ReadmeService[] = [];

  beforeAll(async () => {
    const shown = fencedBlocks('README.md').filter(({ language }) => language === 'ts');
    await ReadmeService.write(newcomer.service, shown.map(({ text }) => text).join(''));
    const { crossfade, database, service } = newcomer;
    const environment = {
      DATABASE_URL: database.url,
      CROSSFADE_URL: crossfade.url,
      CROSSFADE_TOKEN: crossfade.sdkToken,
    };
    services = await Promise.all([1, 2].map(() => ReadmeService.start(service, environment)));
  }, limitMs);

  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
  });

  it(
    'takes part in a rollout of its policy: two instances confirm, and both shapes answer alike',
    async () => {
      const [service] = services;
      await newcomer.crossfade.client.start(name);
      await service?.setDob('acme', 1, '1815-12-11');
      const deadline = performance.now() + patienceMs;
      let view = await rollout();
      for (; !isShadowedByBoth(view); view = await rollout()) {
        expect(await service?.dobOf('acme', 1)).toBe('1815-12-11');
        if (performance.now() > deadline)
          throw new Error(`both did not compare: ${view.waitingFor}`);
      }
      expect(view).toMatchObject({
        phase: 'running',
        services: [{ name: 'users-api', confirmed: 2 }],
        guards: expect.arrayContaining([
          expect.objectContaining({ guard: 'mismatches', canary: 0 }),
        ]),
      });
    },
    limitMs,
  );
});

async function rollout(): Promise<RolloutView> {
  return (await newcomer.crossfade.client.rollout(name)) as RolloutView;
}

/** The new side has been read beside the old one, and both instances are known to be there. */
function isShadowedByBoth({ guards, services }: RolloutView): boolean {
  const mismatches = guards.find(({ guard }) => guard === 'mismatches');
  return (mismatches?.samples.canary ?? 0) > 0 && services[0]?.confirmed === 2;
}
