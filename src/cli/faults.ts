import type { Fault } from '../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** `FILE:LINE:COLUMN: message`, as editors and CI systems read it. */
function faultLine({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** Faults are data and go to stdout, warnings to stderr. */
export function printFaults(faults: readonly Fault[], terminal: Terminal): void {
  for (const fault of faults) terminal.out(`${faultLine(fault)}\n`);
}

export function printWarnings(warnings: readonly Fault[], terminal: Terminal): void {
  for (const { message, ...place } of warnings) {
    terminal.err(`${faultLine({ ...place, message: `warning: ${message}` })}\n`);
  }
}

export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
