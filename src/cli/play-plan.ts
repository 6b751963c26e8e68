import { availableParallelism } from 'node:os';
import { type Simulation, type SimulationPlan, summarise } from '../core/simulation/simulation.ts';
import type { SimulationInput } from '../core/simulation/simulation-input.ts';
import { simulateSeeds } from './simulate-seeds.ts';
import type { Terminal } from './terminal.ts';

const clearLine = '\r\u001B[K';

/** Plays all rollouts of a plan on all processors; a person at a terminal sees how far they are. */
export async function playPlan(
  input: SimulationInput,
  plan: SimulationPlan,
  { interactive, err }: Pick<Terminal, 'interactive' | 'err'>,
): Promise<Simulation> {
  const indices = Array.from({ length: plan.rollouts }, (_, index) => index);
  let played = 0;
  const onSeed = (): void => {
    played += 1;
    if (interactive) err(`${clearLine}played ${played} of ${plan.rollouts} rollouts`);
  };
  try {
    const threads = availableParallelism();
    return summarise(plan, await simulateSeeds(input, plan, indices, { threads, onSeed }));
  } finally {
    if (interactive) err(clearLine);
  }
}
