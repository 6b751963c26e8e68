import { exitStatus } from './exit-status.ts';
import type { Terminal } from './terminal.ts';
import { durationFrom } from './views/words.ts';

/** What is followed. */
export interface Watched<View> {
  readonly look: () => Promise<View>;
  /** `key` changes when there is news; where nothing is redrawn a picture without news is left out. */
  readonly picture: (view: View) => { readonly text: string; readonly key: string };
  /** The exit status once there is nothing more to come; null until then. */
  readonly end: (view: View) => number | null;
  /** Said when the time is over. */
  readonly late: string;
}

const pollMs = 1_000;
const clearScreen = '\u001B[2J\u001B[H';

/** Follows it until its end or for so long; redraws only where `redraws`, elsewhere adds what is new. */
export async function watch<View>(
  { look, picture, end, late }: Watched<View>,
  { timeout, redraws }: { readonly timeout: string | undefined; readonly redraws: boolean },
  terminal: Terminal,
): Promise<number> {
  const limitMs = durationFrom(timeout);
  let last = '';
  for (let waited = 0; ; waited += pollMs) {
    const view = await look();
    const { text, key } = picture(view);
    if (key !== last) terminal.out(redraws ? clearScreen + text : text);
    last = key;
    const status = end(view);
    if (status !== null) return status;
    if (waited >= limitMs) {
      terminal.err(`${late}\n`);
      return exitStatus.timeout;
    }
    await terminal.sleep(pollMs);
  }
}
