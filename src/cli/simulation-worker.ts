import { parentPort, workerData } from 'node:worker_threads';
import { simulateSeed } from '../core/simulation/simulation.ts';
import type { SimulationTask } from './simulate-seeds.ts';

// A thread of its own: rollouts of different seeds have nothing to do with each other.
const { input, plan, indices } = workerData as SimulationTask;
for (const index of indices) parentPort?.postMessage(simulateSeed(input, plan, index));
