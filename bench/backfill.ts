import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, BenchReport, Row } from './report.ts';
import { type Backfill, expectFilled, prepareBackfills } from './schema/backfills.ts';
import { connected, withDatabase, withServer } from './bench-server.ts';
import { Contest } from './schema/contest.ts';
import { timed } from './schema/timed.ts';
import { short } from './schema/short.ts';
import { SteadyLoad } from './schema/steady-load.ts';

/** How long the load runs alone before and after it is measured with a backfill beside it. Milliseconds. */
const warmMs = 2_000;
const baselineMs = 8_000;

/**
 * Filling a new column from an old one: our job runner, one plain UPDATE, and pgroll's algorithm, in
 * turn on copies of the same table, alone and beside 200 transactions a second.
 */
export async function benchBackfill(options: BenchOptions): Promise<BenchReport> {
  const measured: Row[] = [];
  await withServer(async (server) => {
    for (const trial of trialsOf(options)) {
      const backfills = await prepareBackfills(server, trial.size, options.workers ?? 1);
      if (trial.idle > 0) measured.push(...(await idle(server, trial, backfills)));
      if (trial.loaded > 0) measured.push(...(await underLoad(server, trial, backfills)));
    }
  });
  return { bench: 'backfill', rows: measured };
}

/** Rows of the table, and rounds with nothing beside the backfill and with a load. */
interface Trial {
  readonly size: number;
  readonly idle: number;
  readonly loaded: number;
}

function trialsOf({ full, rounds, rows = 1_000_000 }: BenchOptions): readonly Trial[] {
  if (rounds !== undefined) return [{ size: rows, idle: 0, loaded: rounds }];
  if (!full) {
    return [
      { size: rows, idle: 2, loaded: 0 },
      { size: rows * 0.3, idle: 0, loaded: 1 },
    ];
  }
  return [
    { size: rows, idle: 5, loaded: 5 },
    { size: rows * 0.1, idle: 5, loaded: 0 },
    { size: rows * 10, idle: 1, loaded: 0 },
  ];
}

async function idle(
  server: string,
  { size, idle: rounds }: Trial,
  backfills: readonly Backfill[],
): Promise<readonly Row[]> {
  const rates = new Contest(`${short(size)} idle`, 'rows/s', 'more');
  for (const backfill of inTurn(backfills, rounds)) {
    const ms = await onCopy(server, backfill, (url) => timed(() => backfill.run(url)));
    rates.add(backfill.name, (size * 1_000) / ms);
  }
  return [rates.row()];
}

async function underLoad(
  server: string,
  { size, loaded: rounds }: Trial,
  backfills: readonly Backfill[],
): Promise<readonly Row[]> {
  const name = `${short(size)} under 200 transactions/s`;
  const rates = new Contest(name, 'rows/s', 'more');
  const p99 = new Contest(`${name}: p99 of these`, 'ms', 'less');
  const added = new Contest(`${name}: p99 by its baseline`, '×', 'less');
  for (const backfill of inTurn(backfills, rounds)) {
    const seen = await onCopy(server, backfill, (url) => loaded(url, size, backfill.run));
    rates.add(backfill.name, (size * 1_000) / seen.ms);
    p99.add(backfill.name, seen.during);
    added.add(backfill.name, seen.during / seen.baseline);
  }
  const [ours] = backfills;
  const apart = ours === undefined ? [] : await whyItWaits(server, name, rounds, { ours, size });
  return [rates.row(), p99.row(), added.row(), ...apart];
}

/**
 * What the p99 by its baseline is made of: how far it moves by itself, with nothing beside the load; and how far
 * beside our backfill where commits of the load wait for no disk, so that only rows and processors are left.
 */
async function whyItWaits(
  server: string,
  name: string,
  rounds: number,
  { ours, size }: { readonly ours: Backfill; readonly size: number },
): Promise<readonly Row[]> {
  const alone = new Contest(`${name}, nothing beside: p99 by its baseline`, '×', 'less');
  const undurable = new Contest(`${name} that wait for no disk: p99 by baseline`, '×', 'less');
  for (let round = 0; round < rounds; round += 1) {
    await withDatabase(server, ours.template, async (url) => {
      const { during, baseline } = await loaded(url, size, () => sleep(baselineMs));
      alone.add('ours', during / baseline);
    });
    const seen = await onCopy(server, ours, (url) => loaded(url, size, ours.run, false));
    undurable.add('ours', seen.during / seen.baseline);
  }
  return [alone.row(), undurable.row()];
}

/** Every contender once a round, the other way round in every second one. */
function inTurn(all: readonly Backfill[], rounds: number): readonly Backfill[] {
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

/** The baseline is that of as long a time before as after: a disk is not the same from one second to the next. */
async function loaded(
  url: string,
  rows: number,
  run: (url: string) => Promise<unknown>,
  durable = true,
): Promise<{ readonly ms: number; readonly baseline: number; readonly during: number }> {
  // Else what the copy left to be written to disk would slow the baseline, and flatter whoever follows.
  await connected(url, (client) => client.query('CHECKPOINT'));
  const load = new SteadyLoad({ url, rows, column: 'name', durable });
  await sleep(warmMs);
  await load.p99();
  await sleep(baselineMs);
  const before = await load.p99();
  const ms = await timed(() => run(url));
  const during = await load.p99();
  await sleep(baselineMs);
  const after = await load.p99();
  await load.stop();
  return { ms, baseline: (before + after) / 2, during };
}
