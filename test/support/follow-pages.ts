import { describe, expect, it } from '@jest/globals';
import { fencedBlocks } from './fenced-blocks.ts';
import { follow, take } from './follow-page.ts';
import type { Newcomer } from './newcomer.ts';
import { shownCommands } from './shown-commands.ts';

const limitMs = 240_000;

/** Specs that do what the pages show, one after the other: each stands on what came before it. */
export function followPages(pages: readonly string[], newcomer: () => Newcomer): void {
  describe.each(pages)('%s', (page) => {
    for (const block of fencedBlocks(page)) {
      const shown = shownCommands(block);
      if (shown.length === 0) {
        it(`${block.line}: ${block.language}`, async () => {
          expect(await take(newcomer(), block)).toEqual([]);
        });
        continue;
      }
      it.each(shown)(
        `${block.line}: $command`,
        async (one) => {
          expect(await follow(newcomer(), one)).toEqual([]);
        },
        limitMs,
      );
    }
  });
}
