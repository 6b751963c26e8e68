import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, BenchReport, Row } from './report.ts';
import { type Backfill, expectFilled, prepareBackfills } from './schema/backfills.ts';
import { connected, withDatabase, withServer } from './bench-server.ts';
import { Contest } from './schema/contest.ts';
import { timed } from './schema/timed.ts';
import { short } from './schema/short.ts';
import { SteadyLoad } from './schema/steady-load.ts';

/** How long the load runs alone before it is measured with a backfill beside it. Milliseconds. */
const warmMs = 2_000;
const baselineMs = 8_000;

/**
 * Filling a new column from an old one: our job runner, one plain UPDATE, and pgroll's algorithm, in
 * turn on copies of the same table, alone and beside 200 transactions a second.
 */
export async function benchBackfill({
  full,
  rows = 1_000_000,
  workers = 1,
}: BenchOptions): Promise<BenchReport> {
  const measured = await withServer(async (server) => [
    ...(await idle(server, { size: rows, workers }, full ? 5 : 2)),
    ...(await underLoad(server, { size: full ? rows : rows * 0.3, workers }, full ? 5 : 1)),
    ...(full ? await idle(server, { size: rows * 0.1, workers }, 5) : []),
    ...(full ? await idle(server, { size: rows * 10, workers }, 1) : []),
  ]);
  return { bench: 'backfill', rows: measured };
}

/** Rows of the table, and replicas of the server. */
interface Trial {
  readonly size: number;
  readonly workers: number;
}

async function idle(server: string, trial: Trial, rounds: number): Promise<readonly Row[]> {
  const { size } = trial;
  const rates = new Contest(`${short(size)} idle`, 'rows/s', 'more');
  for (const backfill of await inTurn(server, trial, rounds)) {
    const ms = await onCopy(server, backfill, (url) => timed(() => backfill.run(url)));
    rates.add(backfill.name, (size * 1_000) / ms);
  }
  return [rates.row()];
}

async function underLoad(server: string, trial: Trial, rounds: number): Promise<readonly Row[]> {
  const { size } = trial;
  const name = `${short(size)} under 200 transactions/s`;
  const rates = new Contest(name, 'rows/s', 'more');
  const p99 = new Contest(`${name}: p99 of these`, 'ms', 'less');
  const added = new Contest(`${name}: p99 by its baseline`, '×', 'less');
  for (const backfill of await inTurn(server, trial, rounds)) {
    const seen = await onCopy(server, backfill, (url) => loaded(url, size, backfill));
    rates.add(backfill.name, (size * 1_000) / seen.ms);
    p99.add(backfill.name, seen.during);
    added.add(backfill.name, seen.during / seen.before);
  }
  return [rates.row(), p99.row(), added.row()];
}

/** Every contender once a round, the other way round in every second one. */
async function inTurn(
  server: string,
  { size, workers }: Trial,
  rounds: number,
): Promise<readonly Backfill[]> {
  const all = await prepareBackfills(server, size, workers);
  return Array.from({ length: rounds }, (_, at) => (at % 2 === 0 ? all : all.toReversed())).flat();
}

function onCopy<T>(
  server: string,
  backfill: Backfill,
  measure: (url: string) => Promise<T>,
): Promise<T> {
  return withDatabase(server, backfill.template, async (url) => {
    const measured = await measure(url);
    await connected(url, expectFilled);
    return measured;
  });
}

async function loaded(
  url: string,
  size: number,
  backfill: Backfill,
): Promise<{ readonly ms: number; readonly before: number; readonly during: number }> {
  // Else what the copy left to be written to disk would slow the baseline, and flatter whoever follows.
  await connected(url, (client) => client.query('CHECKPOINT'));
  const load = new SteadyLoad(url, size);
  await sleep(warmMs);
  await load.p99();
  await sleep(baselineMs);
  const before = await load.p99();
  const ms = await timed(() => backfill.run(url));
  const during = await load.p99();
  await load.stop();
  return { ms, before, during };
}
