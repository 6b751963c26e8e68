import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SimulatedSeed, SimulationPlan } from '../core/simulation/simulation.ts';
import type { SimulationInput } from '../core/simulation/simulation-input.ts';

/** What a worker is to simulate. */
export interface SimulationTask {
  readonly input: SimulationInput;
  readonly plan: SimulationPlan;
  readonly indices: readonly number[];
}

/** How it is simulated. */
export interface Simulating {
  readonly threads: number;
  /** Called whenever the rollouts of a seed are done. */
  readonly onSeed?: () => void;
}

/** The rollouts of these seeds of a plan, in order, simulated by several threads. */
export async function simulateSeeds(
  input: SimulationInput,
  plan: SimulationPlan,
  indices: readonly number[],
  { threads, onSeed = () => undefined }: Simulating = { threads: 1 },
): Promise<readonly SimulatedSeed[]> {
  const count = Math.min(threads, indices.length);
  const parts = Array.from({ length: count }, (_, part) =>
    indices.filter((_index, at) => at % count === part),
  );
  const done = await Promise.all(
    parts.map((part) => inThread({ input, plan, indices: part }, onSeed)),
  );
  return indices.map((_, at) => {
    const seed = done[at % count]?.[Math.floor(at / count)];
    if (seed === undefined) throw new RangeError(`rollout ${at} was not simulated`);
    return seed;
  });
}

async function inThread(
  task: SimulationTask,
  onSeed: () => void,
): Promise<readonly SimulatedSeed[]> {
  const file = new URL(`./simulation-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: task });
  const seeds: SimulatedSeed[] = [];
  worker.on('message', (seed: SimulatedSeed) => {
    seeds.push(seed);
    onSeed();
  });
  await once(worker, 'exit');
  return seeds;
}
