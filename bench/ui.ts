import { readdir, readFile } from 'node:fs/promises';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import type pg from 'pg';
import { launchBrowser, newVisitor } from '../test/support/browser.ts';
import { MortalCrossfade } from '../test/support/mortal-crossfade.ts';
import { connected, withDatabase, withServer } from './bench-server.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';
import { longest, seedFleet } from './ui/seed-fleet.ts';
import { ProcessorTime } from './ui/processor-time.ts';
import { watched, watchPage } from './ui/watch-page.ts';

const rollouts = 1_000;
const decisions = 10_000;

/** How far the history is read back. */
const pagesBack = 30;

interface World {
  readonly page: Page;
  readonly state: pg.Client;
}

/**
 * The web UI in a real browser over a real server that holds 1,000 rollouts, one of them with a history of
 * 10,000 decisions. Nothing is a peer: another UI shows other things.
 */
export async function benchUi({ full }: BenchOptions): Promise<BenchReport> {
  return withServer((server) =>
    withDatabase(server, null, async (url) => {
      await seedFleet(url, rollouts, decisions);
      return connected(url, (state) => measure(state, url, full));
    }),
  );
}

async function measure(state: pg.Client, url: string, full: boolean): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-bench-ui-'));
  await chmod(folder, 0o711);
  const server = await MortalCrossfade.at(folder, { DATABASE_URL: url });
  let browser: Browser | null = null;
  try {
    await server.start();
    browser = await launchBrowser();
    const page = await signedIn(browser, server);
    const rows = await measureAll({ page, state }, full ? 5 : 1);
    return { bench: 'ui', rows };
  } finally {
    await browser?.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function signedIn(browser: Browser, server: MortalCrossfade): Promise<Page> {
  const page = await (await newVisitor(browser, server.url)).newPage();
  await watchPage(page);
  await page.goto('/ui/');
  await page.getByLabel('Your name').fill('bench');
  await page.getByLabel('Access token').fill(await server.token('admin'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('row', { name: longest }).first().waitFor();
  return page;
}

async function measureAll(world: World, times: number): Promise<readonly Row[]> {
  const processor = await ProcessorTime.of(world.page);
  const list = await useList(world.page, times);
  const listWork = await processor.since(list.length);
  const first = await openRollout(world.page, 5 * times);
  await processor.since(1);
  const timeline = await useTimeline(world.page);
  const timelineWork = await processor.since(timeline.length);
  const commits = await commitAndSee(world, 20 * times);
  return [
    row('interaction p95', 'ms', [p95([...list, ...timeline])]),
    row('interaction in a list of 1,000 rollouts', 'ms', list),
    row('interaction in a timeline of 10,000 decisions', 'ms', timeline),
    row('processor time of an interaction in the list', 'ms', [listWork]),
    row('processor time of an interaction in the timeline', 'ms', [timelineWork]),
    row('first paint of the rollout page', 'ms', first),
    row('commit to page', 'ms', commits),
    row('script, gzipped', 'KB', [await scriptSize()]),
  ];
}

/** Filters, pages and searches, letter by letter. */
async function useList(page: Page, times: number): Promise<readonly number[]> {
  await page.goto('/ui/');
  await page.getByRole('row', { name: longest }).first().waitFor();
  for (let turn = 0; turn < times; turn += 1) {
    for (const name of ['Needs attention', 'Moving', 'Over', 'All']) {
      await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    }
    for (let at = 0; at < 9; at += 1) await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByLabel('Search rollouts').pressSequentially('birthdate-77', { delay: 60 });
    await page.getByRole('link', { name: `${longest}-77`, exact: true }).waitFor();
    await page.getByLabel('Search rollouts').fill('');
  }
  return (await watched(page)).paints;
}

/** When something of the page was painted first, each time anew. */
async function openRollout(page: Page, times: number): Promise<readonly number[]> {
  const paints: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    await page.goto(`/ui/rollouts/${longest}`);
    await page.getByRole('region', { name: 'Timeline' }).getByRole('listitem').first().waitFor();
    const [entry] = await page.evaluate(() =>
      performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime),
    );
    paints.push(entry ?? Number.NaN);
  }
  return paints;
}

/** Goes back page by page, and looks at evidence there. */
async function useTimeline(page: Page): Promise<readonly number[]> {
  const decided = page.getByRole('region', { name: 'Timeline' });
  const evidence = decided.locator('summary');
  for (let turn = 0; turn < pagesBack; turn += 1) {
    const before = await evidence.first().textContent();
    await decided.getByRole('button', { name: 'Earlier' }).click();
    await page.waitForFunction(
      (words) => document.querySelector('.timeline summary')?.textContent !== words,
      before,
    );
    await evidence.nth(turn).click();
  }
  return (await watched(page)).paints;
}

/** From the commit of a hold to the sentence on the page that says so. */
async function commitAndSee({ page, state }: World, times: number): Promise<readonly number[]> {
  await page.goto(`/ui/rollouts/${longest}`);
  await page.getByText('live', { exact: true }).waitFor();
  const committed: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    await state.query(`UPDATE crossfade_state.rollout SET state = state || $2 WHERE policy = $1`, [
      longest,
      { hold: { code: 'bench', reason: `commit-${turn}`, since: Date.now() } },
    ]);
    committed.push(Date.now());
    await page.getByText(`commit-${turn}`).first().waitFor();
  }
  const { seen } = await watched(page);
  return committed.map((at, turn) => Math.max(0, (seen[`commit-${turn}`] ?? Number.NaN) - at));
}

async function scriptSize(): Promise<number> {
  const folder = 'dist/ui/assets';
  const scripts = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(
    scripts.map(async (name) => gzipSync(await readFile(join(folder, name)), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000;
}

function p95(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN;
}

function row(name: string, unit: string, samples: readonly number[]): Row {
  return { case: name, unit, ours: spreadOf(samples), peers: {}, ratio: null };
}
