import { styleText } from 'node:util';

/** Everything the commands know of the world; a test gives its own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True where stdout is a terminal: only there colours and redrawing are used. */
  readonly interactive: boolean;
  /** IANA zone of printed times; undefined is the machine's own. */
  readonly timeZone: string | undefined;
  /** Data. */
  readonly out: (text: string) => void;
  /** Messages to the person. */
  readonly err: (text: string) => void;
  readonly readStdin: () => Promise<string>;
  readonly sleep: (ms: number) => Promise<void>;
}

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

export type Paint = (style: Style, text: string) => string;

/**
 * Colours: none where `NO_COLOR` is set, always where `CLICOLOR_FORCE` is and not 0, else in a terminal.
 * Source: no-color.org, bixense.com/clicolors.
 */
export function paintFor({ interactive, env }: Terminal): Paint {
  const forced = !['', '0'].includes(env['CLICOLOR_FORCE'] ?? '');
  const plain = (env['NO_COLOR'] ?? '') !== '' || !(interactive || forced);
  return (style, text) => (plain ? text : styleText(style, text, { validateStream: false }));
}

/** No colours at all: for what is read by programs, or shown as part of something else. */
export const plainPaint: Paint = (_style, text) => text;
