import type { FencedBlock } from './fenced-blocks.ts';

/** A command that a page shows, with the lines that it is said to print. */
export interface ShownCommand {
  readonly command: string;
  readonly printed: readonly string[];
}

/** The commands of a block: each line of `sh`, each `$ ` line of `console` with what follows it. */
export function shownCommands({ language, text }: FencedBlock): readonly ShownCommand[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (language === 'sh') return lines.map((command) => ({ command, printed: [] }));
  if (language !== 'console') return [];
  const shown: { command: string; printed: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('$ ')) shown.push({ command: line.slice(2), printed: [] });
    else shown.at(-1)?.printed.push(line);
  }
  return shown;
}

/**
 * The shown lines that a real output does not have in their order. Compared are the first two words,
 * any number for any other: times and figures differ from run to run. The output may say more.
 */
export function linesMissing(shown: readonly string[], output: string): readonly string[] {
  const real = output.split('\n').map(beginning);
  let from = 0;
  return shown.filter((line) => {
    const at = real.indexOf(beginning(line), from);
    if (at >= 0) from = at + 1;
    return at < 0;
  });
}

function beginning(line: string): string {
  return line
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .join(' ')
    .replaceAll(/\d+(\.\d+)?/g, '0');
}
