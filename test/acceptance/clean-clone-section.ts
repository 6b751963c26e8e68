import type { CloneRun } from './clean-clone.ts';
import { seconds, table } from './table.ts';

/** The part of the page that says what visitors of a fresh clone saw. */
export function clonesSection(runs: readonly CloneRun[]): readonly string[] {
  return [
    '## Clean clone',
    '',
    'Each visitor clones what is committed into an empty home and types these commands, with the',
    "shell's own Node and nothing prepared.",
    '',
    ...table(
      ['who', 'Node', 'command', 'outcome', 'last line', 'duration'],
      runs.map(({ who, node, command, succeeded, lastLine, durationMs }) => [
        who,
        node,
        `\`${command}\``,
        succeeded ? 'passed' : 'FAILED',
        // Of an installation it says nothing about us.
        command === 'npm ci' ? '' : lastLine.replaceAll(/\s+/g, ' '),
        seconds(durationMs),
      ]),
    ),
    '',
  ];
}

/** What was not as it should be, in words. */
export function cloneFailures(runs: readonly CloneRun[]): readonly string[] {
  return runs.flatMap(({ succeeded, who, command, lastLine }) =>
    succeeded ? [] : [`${command} as ${who} failed: ${lastLine}`],
  );
}
