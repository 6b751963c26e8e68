import type { RestoresView } from '../../core/protocol/restore-view.ts';
import { clock, safe, table, type Look } from './words.ts';

/** Who has asked for the old shape, when, and what came back. */
export function restoreLines(
  restores: RestoresView['restores'],
  now: number,
  look: Look,
): readonly string[] {
  return table(
    restores.map(({ endedAt, author, outcome, reason }, index) => {
      const what = outcome === 'failed' ? `FAILED: ${reason ?? ''}` : (reason ?? '');
      return [
        index === 0 ? 'restored' : '',
        safe(`${clock(endedAt, now, look)} ${author}: ${what}`),
      ];
    }),
  );
}
