import { forecast } from '../judge/forecast/forecast.ts';
import { measuredTraffic } from '../judge/forecast/measured-traffic.ts';
import { judgeVersion } from '../judge/judge-config.ts';
import type { Policy } from '../policy/policy.ts';
import type { RolloutForecast } from '../protocol/rollout-forecast.ts';
import type { JudgeMemory } from './judging.ts';

/** The forecast of a rollout; its traffic is measured, not typed. */
export function forecastRollout(policy: Policy, memory: JudgeMemory | null): RolloutForecast {
  const unknown: RolloutForecast = { seconds: 0, forecast: null, assumed: [] };
  if (memory === null || memory.judge.version !== judgeVersion) return unknown;
  const { seconds } = memory.judge.history;
  const measured = measuredTraffic(memory.judge);
  if (measured === null) return { ...unknown, seconds };
  const { traffic, assumed } = measured;
  return { seconds, forecast: forecast(policy, traffic, memory.shares), assumed };
}
