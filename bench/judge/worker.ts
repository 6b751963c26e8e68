import { parentPort } from 'node:worker_threads';
import { cells } from './cells.ts';
import { contend } from './contenders.ts';
import type { Answer, Task } from './run-cells.ts';
import { drawTrace } from './trace.ts';
import { coldStart } from './worlds.ts';

parentPort?.on('message', ({ cell, seeds, isWhole }: Task) => {
  const { world, fault } = cells[cell] ?? {};
  if (world === undefined || fault === undefined) throw new RangeError(`no cell ${cell}`);
  // A harmful rollout ends soon, so that judging it twice costs little.
  const judgesWarm = fault !== null || world === coldStart;
  const answer: Answer = {
    cell,
    outcomes: seeds.map((seed) => contend(drawTrace(world, fault, seed), { isWhole, judgesWarm })),
  };
  parentPort?.postMessage(answer);
});
