import { parentPort } from 'node:worker_threads';
import { type Cell, cells } from './cells.ts';
import { contend, type Extent, type Outcomes } from './contenders.ts';
import { beginCalmly, type Prepared, prepareOurs } from './ours.ts';
import type { Answer, Task } from './run-cells.ts';
import { drawScene, type Scene } from './scene.ts';
import { strike } from './strike.ts';
import { coldStart } from './worlds.ts';

parentPort?.on('message', ({ cells: chosen, seeds, extent }: Task) => {
  const outcomes = chosen.map((): Outcomes[] => []);
  for (const seed of seeds) {
    for (const [index, outcome] of rollOut(chosen.map(cellAt), seed, extent).entries()) {
      outcomes[index]?.push(outcome);
    }
  }
  const answers = chosen.map((cell, index): Answer => ({ cell, outcomes: outcomes[index] ?? [] }));
  parentPort?.postMessage(answers);
});

function cellAt(index: number): Cell {
  const cell = cells[index];
  if (cell === undefined) throw new RangeError(`no cell ${index}`);
  return cell;
}

/** One seed under all faults of a world: they share the scene, and what was before the first fault. */
function rollOut(chosen: readonly Cell[], seed: number, extent: Extent): readonly Outcomes[] {
  let scene: Scene | null = null;
  let calm: Prepared | null = null;
  let begun: Prepared | null = null;
  const lateOnset = Math.max(0, ...chosen.map(({ fault }) => fault?.onset ?? 0));
  return chosen.map(({ world, fault }) => {
    scene ??= drawScene(world, seed);
    const trace = strike(scene, fault);
    const judgesWarm = world === coldStart || (extent.judgesWarm && fault !== null);
    const judged = { ...extent, judgesWarm };
    if ((fault?.onset ?? 0) < 0) return contend(trace, judged);
    calm ??= prepareOurs(trace, 'unit');
    const isCalm = fault === null || fault.onset === lateOnset;
    if (lateOnset === 0 || !isCalm) return contend(trace, judged, calm);
    // The healthy one goes on where the late one begins to be harmed.
    begun ??= beginCalmly(trace, calm, lateOnset);
    return contend(trace, judged, begun);
  });
}
