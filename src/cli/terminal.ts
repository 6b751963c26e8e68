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

/** Colours, when stdout is a terminal and `NO_COLOR` is not set. */
export function paintFor({ interactive, env }: Terminal): Paint {
  const plain = !interactive || (env['NO_COLOR'] ?? '') !== '';
  return (style, text) => (plain ? text : styleText(style, text, { validateStream: false }));
}

/** No colours at all: for what is read by programs, or shown as part of something else. */
export const plainPaint: Paint = (_style, text) => text;
