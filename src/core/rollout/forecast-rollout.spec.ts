import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { beforeStep } from '../../../test/support/judged-policy.ts';
import { tickOf } from '../../../test/support/judged-ticks.ts';
import { forecast } from '../judge/forecast/forecast.ts';
import { measuredTraffic } from '../judge/forecast/measured-traffic.ts';
import { usualTraffic } from '../judge/forecast/population.ts';
import { judgeConfig } from '../judge/judge-config.ts';
import { beginJudge, observeTick } from '../judge/judge.ts';
import { forecastRollout } from './forecast-rollout.ts';
import type { JudgeMemory } from './judging.ts';

const config = judgeConfig(examplePolicy);

function afterSeconds(seconds: number): JudgeMemory {
  const tick = tickOf({ at: 0, seconds, baseline: { requests: 100 * seconds, units: 50 } });
  const judge = observeTick(beginJudge(config), config, tick, beforeStep());
  return { judge, thresholds: {}, newestAt: 0, tickAt: 0 };
}

describe('the forecast of a rollout', () => {
  it('is that of its policy at the traffic that its judge has seen', () => {
    const memory = afterSeconds(120);
    const told = forecastRollout(examplePolicy, memory);
    const traffic = measuredTraffic(memory.judge)?.traffic ?? usualTraffic;
    expect(traffic).toMatchObject({ requestsPerSecond: 100, units: 50 });
    expect(told).toEqual({
      seconds: 120,
      assumed: ['reads', 'durations'],
      forecast: forecast(examplePolicy, traffic),
    });
  });

  it('is none while too little was seen, and none of a memory that this judge cannot read', () => {
    const none = { seconds: 0, forecast: null, assumed: [] };
    expect(forecastRollout(examplePolicy, null)).toEqual(none);
    expect(forecastRollout(examplePolicy, afterSeconds(30))).toEqual({ ...none, seconds: 30 });
    const { judge, ...rest } = afterSeconds(120);
    const older = { ...rest, judge: { ...judge, version: judge.version - 1 } };
    expect(forecastRollout(examplePolicy, older)).toEqual(none);
  });
});
