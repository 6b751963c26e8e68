import { CrossfadeError } from '../../core/errors.ts';
import { forecast } from '../../core/judge/forecast/forecast.ts';
import { judgeConfig } from '../../core/judge/judge-config.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { evidenceShares } from '../../core/metrics/evidence-shares.ts';
import { isSourcedGuard } from '../../core/policy/guard.ts';
import { type SimulatedHarm, usualHarms } from '../../core/simulation/simulated-harm.ts';
import { usualSpread } from '../../core/simulation/simulated-service.ts';
import type { SimulationPlan } from '../../core/simulation/simulation.ts';
import type { SimulationInput } from '../../core/simulation/simulation-input.ts';
import { recorded } from '../../core/simulation/recording.ts';
import { checkOffline } from '../check-offline.ts';
import { exitStatus } from '../exit-status.ts';
import { readRecording, type RecordingOptions } from '../recorded-traffic.ts';
import { playPlan } from '../play-plan.ts';
import { seenTraffic } from '../seen-traffic.ts';
import { simulateSeeds } from '../simulate-seeds.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { simulationText } from '../views/simulation-text.ts';
import { timelineText } from '../views/timeline-text.ts';
import { numberOf, type TrafficOptions, trafficOf } from './traffic-options.ts';

/** Traffic as it is typed, taken from a recording, or as it was seen of a rollout. */
export interface SimulatedTrafficOptions
  extends Omit<TrafficOptions, 'rate' | 'units'>, RecordingOptions {
  readonly rate?: string;
  readonly units?: string;
  /** Name of a rollout. What is typed besides goes before what was seen of it. */
  readonly like?: string;
  readonly spread?: string;
}

export interface SimulateOptions extends SimulatedTrafficOptions {
  readonly file: readonly string[];
  readonly harm?: readonly string[];
  readonly rollouts: string;
  readonly seed: string;
  readonly timeline?: string;
  readonly output: OutputForm;
}

/** More of each harm tell no more about a median. */
const mostHarmed = 100;

/** Plays a policy's rollouts with the judge that decides real ones, before anybody is moved. */
export async function simulate(options: SimulateOptions, terminal: Terminal): Promise<number> {
  const plan = planOf(options);
  const traffic = await trafficToSimulate(options, terminal);
  const checked = await checkOffline(options.file, terminal);
  if (checked === null) return exitStatus.invalid;
  const [policy, other] = checked.policies;
  if (policy === undefined || other !== undefined) {
    const found = `the files hold ${checked.policies.length} RolloutPolicies`;
    throw new CrossfadeError('invalidInput', `${found}; simulate one at a time`);
  }
  const input = inputOf(policy, traffic);
  if (options.timeline !== undefined) {
    const index = numberOf('--timeline', options.timeline, [1, 1e6]) - 1;
    const [rollouts] = await simulateSeeds(input, { ...plan, harmed: index + 1 }, [index]);
    terminal.out(timelineText(policy.name, plan.harms, rollouts));
    return exitStatus.ok;
  }
  const told = await playPlan(input, plan, terminal);
  const simulation = { policy: policy.name, traffic, ...told, forecast: forecast(policy, traffic) };
  const names = () => [`rolloutpolicy/${policy.name}`];
  const table = () => simulationText(simulation);
  show(options.output, { data: simulation, table, names }, terminal);
  return exitStatus.ok;
}

function planOf({ rollouts, seed, harm }: SimulateOptions): SimulationPlan {
  const count = Math.round(numberOf('--rollouts', rollouts, [1, 100_000]));
  return {
    seed: Math.round(numberOf('--seed', seed, [0, 2 ** 31])),
    rollouts: count,
    harms: harm?.map(harmOf) ?? usualHarms,
    harmed: Math.min(mostHarmed, count),
  };
}

export async function trafficToSimulate(
  options: SimulatedTrafficOptions,
  terminal: Terminal,
): Promise<SimulationInput['traffic']> {
  const recording = await readRecording(options, terminal);
  const known = recording === null ? null : recorded(recording);
  const seen = options.like === undefined ? {} : await seenTraffic(options.like, terminal);
  const recordedRate = known === null ? {} : { rate: known.requestsPerSecond.toFixed(3) };
  const traffic = trafficOf(complete({ ...seen, ...recordedRate, ...options }));
  return {
    ...traffic,
    ...(known === null || options.errors !== undefined ? {} : { oldErrors: known.failing }),
    ...usualSpread,
    ...(options.spread === undefined
      ? {}
      : { failureSpread: numberOf('--spread', options.spread, [0, 3]) }),
    rhythm: known?.rhythm ?? null,
  };
}

/** Throws `invalidInput` where it is not known how busy the service is, or with how many units. */
function complete({ rate, units, ...told }: SimulatedTrafficOptions): TrafficOptions {
  if (rate === undefined) {
    const message = 'how busy is the service? give --rate, --recorded, --prometheus or --like';
    throw new CrossfadeError('invalidInput', message);
  }
  if (units === undefined) {
    throw new CrossfadeError('invalidInput', 'how many units are active? give --units, too');
  }
  return { ...told, rate, units };
}

/** What is simulated of a policy. */
export function inputOf(policy: Policy, traffic: SimulationInput['traffic']): SimulationInput {
  return { policy: judged(policy), config: configOf(policy), traffic };
}

/** What the SDKs' evidence feeds; guards with a source of their own would need its metrics. */
function configOf(policy: Policy): SimulationInput['config'] {
  const guards = policy.guards.filter((guard) => !isSourcedGuard(guard));
  return judgeConfig({ guards, evidence: evidenceShares(policy).sdk });
}

function judged({ guards, evidence, steps, rings, onFail }: Policy): SimulationInput['policy'] {
  return { guards, evidence, steps, rings, onFail };
}

/** `+1pp`, `x1.5`, `1in1000`, `unit+50pp`. */
function harmOf(text: string): SimulatedHarm {
  const [, unit, points, factor, per] =
    /^(?:(unit)?\+(\d+(?:\.\d+)?)pp|x(\d+(?:\.\d+)?)|1in(\d+))$/.exec(text) ?? [];
  const harm: SimulatedHarm | null =
    points !== undefined
      ? { kind: unit === undefined ? 'failures' : 'oneUnit', value: Number(points) / 100 }
      : factor !== undefined
        ? { kind: 'slower', value: Number(factor) }
        : per !== undefined
          ? { kind: 'mismatches', value: 1 / Number(per) }
          : null;
  if (harm !== null && isPossible(harm)) return harm;
  throw new CrossfadeError(
    'invalidInput',
    `--harm is \`${text}\`; write for example +1pp, x1.5, 1in1000 or unit+50pp`,
  );
}

function isPossible({ kind, value }: SimulatedHarm): boolean {
  return kind === 'slower' ? value > 1 && value <= 1000 : value > 0 && value <= 1;
}
