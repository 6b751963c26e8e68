import { parseArgs } from 'node:util';
import { scenarios, shownByDefault } from './scenarios/catalogue.ts';
import type { Scenario } from './scenarios/scenario.ts';

export interface Arguments {
  readonly chosen: readonly Scenario[];
  readonly json: boolean;
  readonly keep: boolean;
  /** Folder for the histories of the rollouts; null when none is wanted. */
  readonly histories: string | null;
}

export const usage = `npm run demo -- [--scenario NAME] [--json] [--keep] [--histories FOLDER]

Without a name: ${shownByDefault.map(({ name }) => name).join(', then ')}.
${scenarios.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}

  --json              print one JSON object with the figures as the last line of stdout
  --keep              leave data and logs in the temporary folder
  --histories FOLDER  save each rollout as FOLDER/NAME.jsonl.gz, for crossfade replay -f
`;

/** Reads the command line. Throws an error whose message says what would be right. */
export function readArguments(argv: readonly string[]): Arguments | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      scenario: { type: 'string' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      histories: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { scenario, json, keep, histories = null } = values;
  return { chosen: choose(scenario), json, keep, histories };
}

function choose(name: string | undefined): readonly Scenario[] {
  if (name === undefined) return shownByDefault;
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return [found];
  const known = scenarios.map((scenario) => scenario.name).join(', ');
  throw new Error(`there is no scenario "${name}"; it is one of ${known}`);
}
