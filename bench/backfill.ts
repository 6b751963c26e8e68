import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchOptions, type BenchReport, type Row, type Spread, spreadOf } from './report.ts';
import { type Backfill, expectFilled, prepareBackfills } from './schema/backfills.ts';
import { connected, withDatabase, withServer } from './bench-server.ts';
import { SteadyLoad } from './schema/steady-load.ts';

/** How long the load runs alone before it is measured with a backfill beside it. Milliseconds. */
const warmMs = 1_000;
const baselineMs = 4_000;

/** What one run came to, by contender. */
type Figures = Map<string, number[]>;

/**
 * Filling a new column from an old one: our job runner, one plain UPDATE, and pgroll's algorithm, in
 * turn on copies of the same table, alone and beside 200 transactions a second.
 */
export async function benchBackfill({ full }: BenchOptions): Promise<BenchReport> {
  const rows = await withServer(async (server) => [
    ...(await idle(server, 1_000_000, full ? 5 : 2)),
    ...(await underLoad(server, full ? 1_000_000 : 500_000, full ? 5 : 2)),
    ...(await idle(server, 100_000, 5)),
    ...(full ? await idle(server, 10_000_000, 1) : []),
  ]);
  return { bench: 'backfill', rows };
}

async function idle(server: string, size: number, rounds: number): Promise<readonly Row[]> {
  const rates: Figures = new Map();
  for (const backfill of await inTurn(server, size, rounds)) {
    const ms = await onCopy(server, backfill, (url) => timed(() => backfill.run(url)));
    add(rates, backfill.name, (size * 1_000) / ms);
  }
  return [row(`${short(size)} idle`, 'rows/s', rates, (ours, peer) => ours / peer)];
}

async function underLoad(server: string, size: number, rounds: number): Promise<readonly Row[]> {
  const [rates, p99, added]: [Figures, Figures, Figures] = [new Map(), new Map(), new Map()];
  for (const backfill of await inTurn(server, size, rounds)) {
    const seen = await onCopy(server, backfill, (url) => loaded(url, size, backfill));
    add(rates, backfill.name, (size * 1_000) / seen.ms);
    add(p99, backfill.name, seen.during);
    add(added, backfill.name, seen.during / seen.before);
  }
  const name = `${short(size)} under 200 transactions/s`;
  const less = (ours: number, peer: number): number => peer / ours;
  return [
    row(name, 'rows/s', rates, (ours, peer) => ours / peer),
    row(`${name}: p99 of these`, 'ms', p99, less),
    row(`${name}: p99 by its baseline`, '×', added, less),
  ];
}

/** Every contender once a round, the other way round in every second one. */
async function inTurn(server: string, size: number, rounds: number): Promise<readonly Backfill[]> {
  const all = await prepareBackfills(server, size);
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

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function add(figures: Figures, name: string, figure: number): void {
  figures.set(name, [...(figures.get(name) ?? []), figure]);
}

function row(
  name: string,
  unit: string,
  figures: Figures,
  better: (ours: number, peer: number) => number,
): Row {
  const spreads = new Map([...figures].map(([one, samples]) => [one, spreadOf(samples)]));
  const ours = spreads.get('ours');
  if (ours === undefined) throw new Error(`${name}: we were not measured`);
  spreads.delete('ours');
  const ratios = [...spreads.values()].map((peer: Spread) => better(ours.median, peer.median));
  return {
    case: name,
    unit,
    ours,
    peers: Object.fromEntries(spreads),
    ratio: Number(Math.min(...ratios).toPrecision(3)),
  };
}

function short(rows: number): string {
  return rows >= 1_000_000 ? `${rows / 1_000_000}M` : `${rows / 1_000}k`;
}
