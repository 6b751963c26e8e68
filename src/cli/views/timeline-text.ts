import type { SimulatedHarm } from '../../core/simulation/simulated-harm.ts';
import type { SimulatedMove, SimulatedRollout } from '../../core/simulation/simulate-rollout.ts';
import type { SimulatedSeed } from '../../core/simulation/simulation.ts';
import { simulatedHarmWords } from './harm-words.ts';
import { safe, span, table } from './words.ts';

/** `crossfade simulate --timeline`: what was decided when, in one rollout, without harm and with each. */
export function timelineText(
  policy: string,
  harms: readonly SimulatedHarm[],
  seed: SimulatedSeed | undefined,
): string {
  if (seed === undefined) return '';
  const told = [
    ...rolloutLines(`${safe(policy)}, nothing wrong`, seed.healthy),
    ...seed.harmed.flatMap((rollout, index) => {
      const harm = harms[index];
      return harm === undefined ? [] : ['', ...rolloutLines(simulatedHarmWords(harm), rollout)];
    }),
  ];
  return `${told.join('\n')}\n`;
}

function rolloutLines(title: string, { moves, end, step, seconds }: SimulatedRollout): string[] {
  const last = end === 'completed' ? [[span(1000 * seconds), 'complete', step]] : [];
  return [title, ...table([...moves.map(rowOf), ...last]).map((line) => `  ${line}`)];
}

function rowOf({ at, step, what, why }: SimulatedMove): string[] {
  return [span(1000 * at), what, safe(why === '' ? step : `${step}: ${why}`)];
}
