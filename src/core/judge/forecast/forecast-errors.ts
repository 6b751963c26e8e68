import type { ErrorsGuard } from '../../policy/guard.ts';
import { relativeRates } from '../../statistics/relative-rates.ts';
import { type EProcess, newProcess } from '../../statistics/e-process.ts';
import {
  advanceErrorsNotWorse,
  advanceHarm,
  type ErrorsHarm,
  type ErrorsStream,
  type ErrorsTick,
  logErrorsHarm,
  logHarmE,
  logErrorsNotWorse,
} from '../errors-judge.ts';
import type { Precision } from '../units/precision.ts';
import { badBetween, type EvidencePath, timeUntil } from './evidence-path.ts';
import { type ForecastInput, type GuardOutlook, proofNeeded } from './forecast-step.ts';
import { type ForecastTraffic, trafficParts } from './population.ts';

/** What the history leaves open of the units' rates: Σ part² × variance of the relative rate. */
function uncertainty(traffic: ForecastTraffic, historySeconds: number): number {
  const parts = trafficParts(traffic);
  const usual = traffic.requestsPerSecond * traffic.oldErrors * historySeconds;
  const expected = parts.map((part) => part * usual);
  // Each unit as far from what is expected as chance alone brings it, so that the judge's own estimate applies.
  const observed = expected.map((e, unit) => e + (unit % 2 === 0 ? 1 : -1) * Math.sqrt(e));
  const { variance } = relativeRates(observed, expected, 1);
  return parts.reduce((sum, part, unit) => sum + part * part * (variance[unit] ?? 0), 0);
}

/**
 * The dispersion that the judge finds although failures are independent: it takes the largest of
 * several estimates over the old cohort's units, each off by about √(2 / units). Calibrated by
 * simulation. A few busy units count as few.
 */
function usualDispersion(traffic: ForecastTraffic, oldShare: number): number {
  const concentration = trafficParts(traffic).reduce((sum, part) => sum + part * part, 0);
  return 1 + Math.sqrt((2 * concentration) / oldShare);
}

/** How exactly cohorts that are dealt by hash can be compared, on average over the deals. */
function precisionFor({ traffic, step, config }: ForecastInput): Precision {
  const open = uncertainty(traffic, config.evidence.historyMs / 1000);
  const variance = open / step.share + open / (1 - step.share);
  return { dispersion: usualDispersion(traffic, 1 - step.share), deviation: Math.sqrt(variance) };
}

/** The old side's rate as the judge guesses it from the last minutes: half an event is added. */
function guessedRate({ requestsPerSecond, oldErrors }: ForecastTraffic, history: number): number {
  const remembered = (requestsPerSecond * 600 * (1 - 2 ** (-history / 600))) / Math.LN2;
  return (oldErrors * remembered + 0.5) / (remembered + 1);
}

/** What a stretch of time brings when the new side fails so much `more`, with so much luck. */
type Ticks = (more: number, sigmas: number) => (from: number, to: number) => ErrorsTick;

function ticksOf(input: ForecastInput): Ticks {
  const { traffic, step, config } = input;
  const { requestsPerSecond, oldErrors } = traffic;
  const precision = precisionFor(input);
  const oldRate = guessedRate(traffic, config.evidence.historyMs / 1000);
  const newPerSecond = requestsPerSecond * step.share;
  const oldPerSecond = requestsPerSecond - newPerSecond;
  return (more, sigmas) => (from, to) => {
    const newRate = Math.min(1, oldErrors + more);
    const rates = { newPerSecond, newRate, oldPerSecond, oldRate: oldErrors };
    const bad = badBetween(rates, sigmas, from, to);
    const [newTotal, oldTotal] = [newPerSecond * (to - from), oldPerSecond * (to - from)];
    const all: ErrorsStream = {
      counts: { newTotal, oldTotal, ...bad },
      newRequests: newTotal,
      oldRate,
      canary: { requests: [], exposures: [], votes: [] },
    };
    return {
      seconds: to - from,
      warming: from < config.evidence.warmupMs / 1000,
      precision,
      ...all,
      // As if of one kind: what it costs not to know the kind, luck with one of them makes up for.
      kinds: [{ kind: 'unnamed', ...all }],
    };
  };
}

/** The processes as they enter a step: of the stakes only the part that is not placed yet is left. */
function begunAt({ step, config }: ForecastInput): ErrorsHarm {
  const at = (elapsed: number): EProcess => {
    return { elapsed: step.earlier === 0 ? null : elapsed, grown: [] };
  };
  const warmed = (step.earlier * config.evidence.warmupMs) / 1000;
  return { usual: at(step.elapsed), warming: at(warmed) };
}

/** An errors guard at a step with two cohorts. */
export function forecastErrors(guard: ErrorsGuard, input: ForecastInput): GuardOutlook {
  const ticks = ticksOf(input);
  const { warmupMs } = input.config.evidence;
  return {
    unit: 'failures',
    shown: [0.01, 0.1],
    range: [1e-5, 1 - input.traffic.oldErrors],
    proven: (sigmas, horizon) => {
      const tick = ticks(0, sigmas);
      const path: EvidencePath<EProcess> = {
        begin: newProcess,
        advance: (process, from, to) => advanceErrorsNotWorse(process, guard, tick(from, to)),
        log: logErrorsNotWorse,
      };
      return timeUntil(path, proofNeeded(input), horizon);
    },
    found: (size, sigmas, horizon) => {
      if (input.harmNeeded === null) return null;
      const tick = ticks(size, -sigmas);
      const path: EvidencePath<ErrorsHarm> = {
        begin: begunAt(input),
        advance: (harm, from, to) => {
          const now = tick(from, to);
          return advanceHarm(harm, now, logHarmE(guard.tolerate, now));
        },
        log: (harm) => logErrorsHarm(harm, warmupMs),
        border: warmupMs / 1000,
      };
      return timeUntil(path, input.harmNeeded, horizon);
    },
  };
}
