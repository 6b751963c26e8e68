import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FencedBlock } from './fenced-blocks.ts';
import type { Newcomer } from './newcomer.ts';
import { linesMissing } from './shown-commands.ts';
import type { ShownCommand } from './shown-commands.ts';

/** How long a transcript may take to come true: what a rollout waits for takes seconds, beside others many. */
const patienceMs = 120_000;

/** Commands that pages show and something else runs: a clone of its own, all the specs, ten minutes. */
const runElsewhere: Readonly<Record<string, string>> = {
  'npm ci && npm run demo': 'test/acceptance/clean-clone.ts',
  'npm ci && npm test': 'test/acceptance/clean-clone.ts',
};

/** Does as a command says. Returns what was not as the page shows it. */
type Way = (newcomer: Newcomer, shown: ShownCommand) => Promise<readonly string[]>;

/** How each shown command is run, by what it begins with. */
const ways: readonly (readonly [RegExp, Way])[] = [
  [/^(\w+=\S+ )?npm start$/, (newcomer, { command }) => newcomer.start(command).then(() => [])],
  [/^npm install /, (newcomer, shown) => succeeds(newcomer, shown, newcomer.service)],
  [/^npm pack /, (newcomer, shown) => succeeds(newcomer, shown, newcomer.clone)],
  [/^((echo|sed) .* \| )?npm run -s crossfade -- /, (newcomer, shown) => says(newcomer, shown)],
];

/** Types a shown command. Returns what is wrong with it: nothing, when it does what the page says. */
export async function follow(newcomer: Newcomer, shown: ShownCommand): Promise<readonly string[]> {
  const elsewhere = runElsewhere[shown.command];
  if (elsewhere !== undefined) return existsSync(elsewhere) ? [] : [`there is no ${elsewhere}`];
  const [, way] = ways.find(([pattern]) => pattern.test(shown.command)) ?? [];
  return way?.(newcomer, shown) ?? ['nobody runs this command: declare how in follow-page.ts'];
}

/** Takes over what a block shows that is no command. Returns what is wrong with it. */
export async function take(
  newcomer: Newcomer,
  { language, text }: FencedBlock,
): Promise<readonly string[]> {
  if (language === 'sql') await newcomer.query(text);
  else if (language === 'yaml') await newcomer.save('policy.yaml', text);
  // A service is written when the SDK is installed; what the demo prints, the demo's own spec reads.
  else if (language !== 'ts' && language !== 'text') return [`nobody can follow «${language}»`];
  return [];
}

async function succeeds(
  newcomer: Newcomer,
  { command }: ShownCommand,
  folder: string,
): Promise<readonly string[]> {
  const { status, out } = await newcomer.type(command, folder);
  return status === 0 ? [] : [`exit status ${status}: ${out}`];
}

/** A command without a transcript succeeds; one that only looks is asked again until it shows it. */
async function says(newcomer: Newcomer, shown: ShownCommand): Promise<readonly string[]> {
  const { command, printed } = shown;
  if (printed.length === 0) return succeeds(newcomer, shown, newcomer.clone);
  const looks = / -- (status|why) /.test(command);
  for (const since = performance.now(); ; await sleep(200)) {
    const { out } = await newcomer.type(command);
    const missing = linesMissing(printed, out);
    if (missing.length === 0) return [];
    if (looks && performance.now() - since < patienceMs) continue;
    return [...missing.map((line) => `not printed: ${line}`), out];
  }
}
