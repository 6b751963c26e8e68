import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Cell, cells } from './cells.ts';
import type { Extent, Outcomes } from './contenders.ts';

/** Rollouts of one world, with all its chosen faults, that one worker is given at a time. */
export interface Task {
  /** Cells of one world, by index. */
  readonly cells: readonly number[];
  readonly seeds: readonly number[];
  readonly extent: Extent;
}

/** What came of one of a task's cells. */
export interface Answer {
  readonly cell: number;
  readonly outcomes: readonly Outcomes[];
}

const perTask = 5;

/** Where seeds begin: those that the judge was tuned on, and others. */
export const seedBase = { usual: 20_250, fresh: 900_001 } as const;

export type Seeds = keyof typeof seedBase;

function tasksOf(chosen: readonly Cell[], { rollouts, seeds, extent }: RunOptions): Task[] {
  const cellsOf = (world: Cell['world']): number =>
    chosen.filter((cell) => cell.world === world).length;
  // What takes longest begins first, so that no core waits for another at the end.
  const worlds = [...new Set(chosen.map(({ world }) => world))].toSorted(
    (one, other) => cellsOf(other) - cellsOf(one),
  );
  return worlds.flatMap((world) => {
    const indices = chosen
      .filter((cell) => cell.world === world)
      .map((cell) => cells.indexOf(cell));
    return Array.from({ length: Math.ceil(rollouts / perTask) }, (_, task) => ({
      cells: indices,
      extent,
      seeds: Array.from(
        { length: Math.min(perTask, rollouts - task * perTask) },
        (__, k) => seedBase[seeds] + 7_919 * (task * perTask + k),
      ),
    }));
  });
}

/** How many rollouts of each cell, from which seeds, under how many ways of judging. */
export interface RunOptions {
  readonly rollouts: number;
  readonly seeds: Seeds;
  readonly extent: Extent;
  /** Null: one per core. */
  readonly workers: number | null;
}

/** Rolls out every chosen cell so many times, on all cores; outcomes by cell, in any order of seeds. */
export async function runCells(
  chosen: readonly Cell[],
  options: RunOptions,
): Promise<ReadonlyMap<Cell, readonly Outcomes[]>> {
  const tasks = tasksOf(chosen, options);
  const found = new Map<Cell, Outcomes[]>(chosen.map((cell) => [cell, []]));
  const workers = Math.min(options.workers ?? availableParallelism(), tasks.length);
  await Promise.all(Array.from({ length: workers }, () => work(tasks, found)));
  return found;
}

/** One worker, until no task is left. */
function work(tasks: Task[], found: Map<Cell, Outcomes[]>): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const task = tasks.shift();
      if (task !== undefined) worker.postMessage(task);
      else worker.terminate().then(() => resolve(), reject);
    };
    worker.on('message', (answers: readonly Answer[]) => {
      for (const { cell, outcomes } of answers) {
        const known = cells[cell];
        if (known !== undefined) found.get(known)?.push(...outcomes);
      }
      next();
    });
    worker.on('error', reject);
    next();
  });
}
