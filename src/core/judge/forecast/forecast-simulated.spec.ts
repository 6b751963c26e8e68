import { describe, expect, it } from '@jest/globals';
import { policyWith, share as shareStep } from '../../../../test/support/checked-policy.ts';
import { simulatedMedian } from '../../../../test/support/forecast-runs.ts';
import { defaults, defaultLatency } from '../../policy/defaults.ts';
import type { CompareGuard } from '../../policy/guard.ts';
import { judgeConfig } from '../judge-config.ts';
import { forecast } from './forecast.ts';
import { usualTraffic } from './population.ts';

const guards: Readonly<Record<string, CompareGuard>> = {
  errors: { name: 'errors', compare: 'errors', tolerate: defaults.errors },
  latency: { name: 'latency', compare: 'latency', tolerate: defaultLatency },
};

interface Case {
  readonly guard: string;
  readonly rate: number;
  readonly share: number;
  readonly harm: number;
  readonly seconds: number;
  readonly warmupMs?: number;
}

function policyOf({ guard, share, warmupMs = 0 }: Case) {
  const chosen = guards[guard];
  if (chosen === undefined) throw new RangeError(guard);
  const historyMs = guard === 'latency' ? 900_000 : 7_200_000;
  return policyWith({
    guards: [chosen],
    evidence: { ...defaults.evidence, warmupMs, historyMs },
    steps: [shareStep(share, 'proven')],
  });
}

function trafficOf({ rate }: Case) {
  return { ...usualTraffic, requestsPerSecond: rate, units: 40, zipf: 0 };
}

/** The forecast median in seconds: until all is proven, or until the harm is found. */
function predicted(one: Case): number {
  const told = forecast(policyOf(one), trafficOf(one)).steps[0]?.guards[0];
  const found = told?.found.find(({ harm }) => harm.value === one.harm);
  return (one.harm === 0 ? told?.proven.median : found?.seconds) ?? Infinity;
}

/** The same of simulated rollouts. */
function simulated(one: Case, most: number): number {
  const { guard, share, harm, seconds } = one;
  const isErrors = guard === 'errors';
  const run = {
    config: judgeConfig(policyOf(one)),
    traffic: trafficOf(one),
    share,
    harm: isErrors ? harm : 0,
    slower: isErrors || harm === 0 ? 1 : harm,
    seconds,
  };
  return simulatedMedian(run, harm > 0 ? 41 : 9, most);
}

describe('forecast beside simulated rollouts', () => {
  it.each<Case>([
    { guard: 'errors', rate: 300, share: 25, harm: 0, seconds: 10 },
    { guard: 'errors', rate: 300, share: 50, harm: 0, seconds: 10 },
    { guard: 'errors', rate: 1000, share: 25, harm: 0, seconds: 5 },
    { guard: 'errors', rate: 100, share: 50, harm: 0, seconds: 30 },
    { guard: 'errors', rate: 300, share: 25, harm: 0.01, seconds: 1 },
    { guard: 'errors', rate: 300, share: 5, harm: 0.01, seconds: 1 },
    { guard: 'errors', rate: 100, share: 25, harm: 0.01, seconds: 1 },
    { guard: 'errors', rate: 100, share: 50, harm: 0.01, seconds: 1 },
    { guard: 'errors', rate: 20, share: 25, harm: 0.1, seconds: 1 },
    { guard: 'errors', rate: 20, share: 50, harm: 0.1, seconds: 1 },
    { guard: 'errors', rate: 100, share: 25, harm: 0.01, seconds: 1, warmupMs: 60_000 },
    { guard: 'latency', rate: 40, share: 50, harm: 0, seconds: 30 },
    { guard: 'latency', rate: 40, share: 25, harm: 0, seconds: 30 },
    { guard: 'latency', rate: 20, share: 25, harm: 1.5, seconds: 1 },
    { guard: 'latency', rate: 40, share: 50, harm: 1.5, seconds: 1 },
    { guard: 'latency', rate: 20, share: 50, harm: 3, seconds: 1 },
  ])('$guard at $rate/s and $share %, harm $harm', (one) => {
    const told = predicted(one);
    const ratio = told / simulated(one, 3 * told);
    expect(ratio).toBeGreaterThan(1 / 1.5);
    expect(ratio).toBeLessThan(1.5);
  });
});
