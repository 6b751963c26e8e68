import type { Page } from 'playwright-core';

/** What the watch in a page keeps. */
interface Watch {
  /** From a key or a click to what the browser had painted after it, in milliseconds. */
  readonly paints: number[];
  /** When a word that begins with `commit-` was first there, in epoch milliseconds. */
  readonly seen: Record<string, number>;
}

/** Lets the page measure itself: from inside, nothing of what steers the browser is counted. */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watch: Watch = { paints: [], seen: {} };
    Object.assign(globalThis, { watch });
    const note = (event: Event): void => {
      requestAnimationFrame(() => {
        // What runs after the frame runs after its painting.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => watch.paints.push(performance.now() - event.timeStamp);
        channel.port2.postMessage(null);
      });
    };
    for (const type of ['keydown', 'click']) addEventListener(type, note, { capture: true });
    new MutationObserver(() => {
      const [word] = /commit-\d+/.exec(document.querySelector('.reasons')?.textContent ?? '') ?? [];
      if (word !== undefined) watch.seen[word] ??= Date.now();
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
}

/** What the page has measured since it was opened. */
export function watched(page: Page): Promise<Watch> {
  return page.evaluate(() => (globalThis as unknown as { watch: Watch }).watch);
}
