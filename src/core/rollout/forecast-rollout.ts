import { type Forecast, forecast } from '../judge/forecast/forecast.ts';
import { type Assumed, measuredTraffic } from '../judge/forecast/measured-traffic.ts';
import { judgeVersion } from '../judge/judge-config.ts';
import type { Policy } from '../policy/policy.ts';
import type { JudgeMemory } from './judging.ts';

/** What a rollout's plan can prove at the traffic that its judge has seen. */
export interface RolloutForecast {
  /** Seconds of the old side's traffic that it rests on. */
  readonly seconds: number;
  /** Null while too little is known, or where the judge's memory is of another version. */
  readonly forecast: Forecast | null;
  /** What is not known of the traffic and taken to be as usual. */
  readonly assumed: readonly Assumed[];
}

/** The forecast of a rollout; its traffic is measured, not typed. */
export function forecastRollout(policy: Policy, memory: JudgeMemory | null): RolloutForecast {
  const unknown: RolloutForecast = { seconds: 0, forecast: null, assumed: [] };
  if (memory === null || memory.judge.version !== judgeVersion) return unknown;
  const { seconds } = memory.judge.history;
  const measured = measuredTraffic(memory.judge);
  if (measured === null) return { ...unknown, seconds };
  const { traffic, assumed } = measured;
  return { seconds, forecast: forecast(policy, traffic), assumed };
}
