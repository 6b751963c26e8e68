import { writeYaml } from '../language/write-yaml.ts';
import type { Terminal } from './terminal.ts';

/** `wide` is the table with more columns, where there are more; `name` one name in a line, to be handed on. */
export const outputForms = ['table', 'wide', 'json', 'yaml', 'name'] as const;

export type OutputForm = (typeof outputForms)[number];

/** What a verb shows, in every form that it may be asked for. */
export interface Shown {
  /** What the API answers. */
  readonly data: unknown;
  readonly table: () => string;
  /** Absent where the table has all columns. */
  readonly wide?: () => string;
  /** As `KIND/NAME`, the kind in lower case. */
  readonly names: () => readonly string[];
}

/** The text of one form; JSON is one line. */
export function formatted(form: OutputForm | undefined, shown: Shown): string {
  switch (form ?? 'table') {
    case 'json':
      return `${JSON.stringify(shown.data)}\n`;
    case 'yaml':
      return writeYaml(shown.data);
    case 'name':
      return shown
        .names()
        .map((name) => `${name}\n`)
        .join('');
    case 'wide':
      return (shown.wide ?? shown.table)();
    case 'table':
      return shown.table();
  }
}

/** Prints data in the form that was asked for. */
export function show(form: OutputForm | undefined, shown: Shown, terminal: Terminal): void {
  terminal.out(formatted(form, shown));
}

/** True where a person reads it: messages beside it may then say more. */
export function isForPerson(form: OutputForm | undefined): boolean {
  return form === undefined || form === 'table' || form === 'wide';
}
