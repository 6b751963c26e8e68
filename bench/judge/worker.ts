import { parentPort } from 'node:worker_threads';
import { cells } from './cells.ts';
import { contend } from './contenders.ts';
import type { Answer, Task } from './run-cells.ts';
import { drawTrace } from './trace.ts';

parentPort?.on('message', ({ cell, seeds }: Task) => {
  const { world, fault } = cells[cell] ?? {};
  if (world === undefined || fault === undefined) throw new RangeError(`no cell ${cell}`);
  const answer: Answer = {
    cell,
    outcomes: seeds.map((seed) => contend(drawTrace(world, fault, seed), fault === null)),
  };
  parentPort?.postMessage(answer);
});
