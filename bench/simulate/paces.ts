import { usualTraffic } from '../../src/core/judge/forecast/population.ts';
import { judgeConfig } from '../../src/core/judge/judge-config.ts';
import { type Pace, usualPace } from '../../src/core/simulation/looks.ts';
import {
  simulatePast,
  simulateRollout,
  type SimulatedRollout,
} from '../../src/core/simulation/simulate-rollout.ts';
import type { SimulatedHarm } from '../../src/core/simulation/simulated-harm.ts';
import { usualSpread } from '../../src/core/simulation/simulated-service.ts';
import type { SimulationInput } from '../../src/core/simulation/simulation-input.ts';
import { policyWith, share, steps } from '../../test/support/checked-policy.ts';
import { type Found, foundIn } from './found.ts';

/** Looks as close as the judge's own minutes, for as long as it takes. */
const everyMinute: Pace = ({ moved }) => Math.round(Math.min(1 + moved / 5, 60));

const hour = 3_600_000;

/** A service so quiet that harm is found in hours, where looks lie far apart, and a step that waits for proof. */
export const quiet: SimulationInput = inputOf();

function inputOf(): SimulationInput {
  const patienceMs = 8 * hour;
  const { shadow } = steps;
  const policy = policyWith({
    evidence: { ...policyWith().evidence, onOneBadUnit: { quarantine: { atMost: 2 } } },
    steps: [
      ...(shadow === undefined ? [] : [shadow]),
      { ...share(10), bakeMs: hour, patienceMs },
      { ...share(50), bakeMs: 4 * hour, patienceMs },
      { ...share(90, 'proven'), bakeMs: hour, patienceMs },
    ],
  });
  const traffic = { requestsPerSecond: 20, units: 40, oldErrors: 0.002 };
  return {
    policy,
    config: judgeConfig(policy),
    traffic: { ...usualTraffic, ...usualSpread, ...traffic, rhythm: null },
  };
}

/** Harm that this service shows after minutes or hours. */
export const slowHarms: readonly SimulatedHarm[] = [
  { kind: 'failures', value: 0.003 },
  { kind: 'failures', value: 0.01 },
  { kind: 'slower', value: 1.15 },
  { kind: 'mismatches', value: 0.0001 },
  { kind: 'oneUnit', value: 0.2 },
];

/** What became of the same rollouts at either pace. */
export interface AtEitherPace {
  readonly what: string;
  readonly everyMinute: Found;
  readonly usual: Found;
}

/** When something happened in a rollout; null where it never did. */
type Happened = (rollout: SimulatedRollout) => number | null;

const ofHealthy: readonly (readonly [string, Happened])[] = [
  ['rolled back falsely', ({ end, seconds }) => (end === 'rolledBack' ? seconds : null)],
  ['a unit sent back falsely', ({ found }) => found],
  ['completed', ({ end, seconds }) => (end === 'completed' ? seconds : null)],
];

/** So many rollouts, with nothing wrong and with each harm, at either pace. */
export function atEitherPace(
  input: SimulationInput,
  harms: readonly SimulatedHarm[],
  rollouts: number,
): readonly AtEitherPace[] {
  const pasts = Array.from({ length: rollouts }, (_, index) =>
    simulatePast(input, 1 + 7_919 * index),
  );
  const play = (harm: SimulatedHarm | null, pace: Pace): readonly SimulatedRollout[] =>
    pasts.map((past) => simulateRollout(input, past, harm, pace));
  const compare = (
    harm: SimulatedHarm | null,
    told: readonly (readonly [string, Happened])[],
  ): readonly AtEitherPace[] => {
    const [close, usual] = [play(harm, everyMinute), play(harm, usualPace)];
    const found = (played: readonly SimulatedRollout[], happened: Happened): Found =>
      foundIn(played.map((rollout) => happened(rollout) ?? Infinity));
    return told.map(([what, happened]) => ({
      what,
      everyMinute: found(close, happened),
      usual: found(usual, happened),
    }));
  };
  return [
    ...compare(null, ofHealthy),
    ...harms.flatMap((harm) => compare(harm, [[nameOf(harm), ({ found }) => found]])),
  ];
}

function nameOf({ kind, value }: SimulatedHarm): string {
  return `${kind} ${value}`;
}
