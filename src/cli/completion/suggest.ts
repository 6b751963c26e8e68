import type { Command, Option } from 'commander';
import { CrossfadeError } from '../../core/errors.ts';
import { ApiTransport } from '../api-transport.ts';
import { connectionOf } from '../connection.ts';
import { readContexts } from '../contexts.ts';
import type { Terminal } from '../terminal.ts';

/** Said in place of words where a file is meant: shells complete those better. */
const files = ':files';

/** Whoever presses tab does not wait longer. */
const deadlineMs = 1_000;

/** Verbs whose name is that of a rollout. */
const ofRollouts = new Set(
  'status why history replay pause resume promote rollback abort retry freeze unfreeze override complete restore cleanup backfill parity policy start dismiss drill rebase'.split(
    ' ',
  ),
);

/** What may stand in place of the last of the words, which may be empty or begun. Fails by saying nothing. */
export async function suggest(
  program: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<readonly string[]> {
  const begun = words.at(-1) ?? '';
  const { command, given, pending } = placeIn(program, words.slice(0, -1));
  const all =
    pending === null
      ? begun.startsWith('-')
        ? flagsOf(command)
        : await wordsFor(command, given, terminal)
      : valuesOf(pending, terminal);
  return all.filter((one) => one === files || one.startsWith(begun));
}

interface Place {
  readonly command: Command;
  /** Arguments that stand there already. */
  readonly given: number;
  /** The option whose value comes next; null where none does. */
  readonly pending: Option | null;
}

function placeIn(program: Command, before: readonly string[]): Place {
  let command = program;
  let given = 0;
  let pending: Option | null = null;
  for (const word of before) {
    if (pending !== null) {
      pending = null;
      continue;
    }
    if (word.startsWith('-')) {
      const option = optionsOf(command).find(({ short, long }) => word === short || word === long);
      pending = option !== undefined && (option.required || option.optional) ? option : null;
      continue;
    }
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) given += 1;
    else [command, given] = [next, 0];
  }
  return { command, given, pending };
}

/** Those of the whole program may stand behind any verb. */
function optionsOf(command: Command): readonly Option[] {
  const own = command.options;
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}

function flagsOf(command: Command): readonly string[] {
  return [...optionsOf(command).flatMap(({ long }) => long ?? []), '--help'];
}

function valuesOf({ argChoices = [], long }: Option, terminal: Terminal): readonly string[] {
  if (argChoices.length > 0) return argChoices;
  if (long === '--context') return contextNames(terminal);
  return /file|recorded|schema|statements|out$/.test(long ?? '') ? [files] : [];
}

async function wordsFor(
  command: Command,
  given: number,
  terminal: Terminal,
): Promise<readonly string[]> {
  const verbs = command.createHelp().visibleCommands(command);
  if (verbs.length > 0) return verbs.map((one) => one.name());
  const argument = command.registeredArguments[given];
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return argument.argChoices;
  if (command.parent?.name() === 'context') return contextNames(terminal);
  return given === 0 && ofRollouts.has(command.name()) ? rolloutNames(terminal) : [];
}

function contextNames({ env }: Terminal): readonly string[] {
  return quietly(() => Object.keys(readContexts(env).contexts), []);
}

async function rolloutNames(terminal: Terminal): Promise<readonly string[]> {
  try {
    const transport = new ApiTransport(connectionOf(terminal.env), deadlineMs);
    const { rollouts } = await transport.call<{ rollouts: readonly { policy: string }[] }>(
      'GET',
      '/api/v1/rollouts',
    );
    return [...new Set(rollouts.map(({ policy }) => policy))].toSorted();
  } catch (error) {
    if (error instanceof CrossfadeError) return [];
    throw error;
  }
}

/** There is nobody to tell in the middle of a line. */
function quietly<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof CrossfadeError) return otherwise;
    throw error;
  }
}
