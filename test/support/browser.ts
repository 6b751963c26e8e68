import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, which does nothing but what the stories ask of it. */
const executablePath = '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Pictures of a run, for people; no test reads them. */
const pictures = 'test-artifacts/ui';

export const sizes = {
  desk: { width: 1366, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

export type Size = keyof typeof sizes;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}

/** A browser of a person who has just come: no cookie, no memory. */
export async function newVisitor(
  browser: Browser,
  url: string,
  size: Size = 'desk',
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: sizes[size],
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(120_000);
  return context;
}

/** Of each, by the name of its pictures, the one at a desk in the light is a picture of the docs. */
const inDocs: ReadonlyMap<string, string> = new Map([['paused', 'docs/images/ui-rollout.png']]);

/** Set, the pictures of the docs are taken anew: `npm run pictures`. */
const takesForDocs = process.env['CROSSFADE_DOC_PICTURES'] !== undefined;

/** The page at both sizes in both themes, as pictures `NAME-SIZE-SCHEME.png`. */
export async function takePictures(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true });
  for (const size of ['phone', 'desk'] as const) {
    await page.setViewportSize(sizes[size]);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      const path = join(pictures, `${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: size === 'desk', animations: 'disabled' });
    }
  }
  const shown = inDocs.get(name);
  if (takesForDocs && shown !== undefined) {
    await copyFile(join(pictures, `${name}-desk-light.png`), shown);
  }
}
