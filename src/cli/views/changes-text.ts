import type { DocumentChange } from '../document-changes.ts';
import type { Paint } from '../terminal.ts';
import { linesOf } from './lines-of.ts';
import { safe } from './words.ts';

/** `crossfade diff`: what would change of each document; nothing where nothing would. */
export function changesText(changes: readonly DocumentChange[], paint: Paint): string {
  return changes
    .flatMap(({ kind, name, change, diff, why }) => {
      const told = why === undefined ? '' : `: ${why}`;
      const head = `${paint('bold', safe(`${kind} ${name} ${change}`))}${safe(told)}`;
      if (change === 'kept') return [head];
      if (diff === '') return [`${head} in comments or layout alone`];
      return [head, ...linesOf(diff).map((line) => painted(safe(line), paint))];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith('@@')) return paint('dim', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
