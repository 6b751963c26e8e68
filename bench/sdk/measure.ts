import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Row, type Spread, spreadOf } from '../report.ts';

/** One way of doing it: runs it so often, one after the other. */
export type Contender = (times: number) => void | Promise<void>;

export interface Contest {
  readonly ours: Contender;
  readonly peers: Readonly<Record<string, Contender>>;
}

const roundMs = 100;

/**
 * Nanoseconds per call of each contender, in turns so that a busy moment strikes all of them. How
 * often each runs in a round is found out first, which also warms it up.
 */
export async function nanoseconds(
  { ours, peers }: Contest,
  rounds: number,
): Promise<{ readonly ours: Spread; readonly peers: Readonly<Record<string, Spread>> }> {
  const all = new Map([['ours', ours], ...Object.entries(peers)]);
  const times = new Map<string, number>();
  for (const [name, contender] of all) times.set(name, await timesFor(contender));
  const samples = new Map<string, number[]>([...all.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contender] of all) {
      const count = times.get(name) ?? 1;
      samples.get(name)?.push(((await elapsed(contender, count)) / count) * 1e6);
    }
  }
  const spread = (name: string): Spread => spreadOf(samples.get(name) ?? []);
  const theirs = Object.keys(peers).map((name) => [name, spread(name)] as const);
  return { ours: spread('ours'), peers: Object.fromEntries(theirs) };
}

async function timesFor(contender: Contender): Promise<number> {
  for (let times = 100; ; times *= 4) {
    const ms = await elapsed(contender, times);
    if (ms > roundMs / 2) return Math.ceil((times * roundMs) / ms);
  }
}

async function elapsed(contender: Contender, times: number): Promise<number> {
  const start = performance.now();
  const running = contender(times);
  if (running !== undefined) await running;
  const ms = performance.now() - start;
  // Timers and sockets of the contenders are not to fall behind.
  await new Promise(setImmediate);
  return ms;
}

/** Bytes on the heap that one call leaves behind for good. */
export async function retainedBytes(contender: Contender, times: number): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const settled = async (): Promise<number> => {
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise(setImmediate);
      collect();
    }
    return process.memoryUsage().heapUsed;
  };
  await contender(times);
  const before = await settled();
  await contender(times);
  return Math.max(0, (await settled()) - before) / times;
}

/** A row where less is better. */
export function rowOf(
  name: string,
  unit: string,
  { ours, peers }: { readonly ours: Spread; readonly peers: Readonly<Record<string, Spread>> },
): Row {
  const best = Math.min(...Object.values(peers).map(({ median }) => median));
  const isKnown = Number.isFinite(best) && best > 0 && ours.median > 0;
  const ratio = isKnown ? Number((best / ours.median).toFixed(2)) : null;
  return { case: name, unit, ours, peers, ratio };
}
