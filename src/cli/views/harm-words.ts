import type { Harm } from '../../core/judge/forecast/forecast-step.ts';
import type { SimulatedHarm } from '../../core/simulation/simulated-harm.ts';

/** `+1pp`, `×1.5`, `1 in 1000`. */
export function harmWords({ unit, value }: Harm): string {
  if (unit === 'failures') return `+${digits(100 * value)}pp`;
  return unit === 'factor' ? `×${digits(value)}` : `1 in ${Math.round(1 / value)}`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(value >= 1 && value < 10 ? 3 : 2)));
}

const units = {
  failures: 'failures',
  oneUnit: 'failures',
  slower: 'factor',
  mismatches: 'mismatches',
} as const;

const subjects = {
  failures: 'failures',
  oneUnit: 'failures of one unit',
  slower: 'durations',
  mismatches: 'reads differ,',
} as const;

/** `failures +1pp`, `durations ×1.5`. */
export function simulatedHarmWords({ kind, value }: SimulatedHarm): string {
  return `${subjects[kind]} ${harmWords({ unit: units[kind], value })}`;
}
