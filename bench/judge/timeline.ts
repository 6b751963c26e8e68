import type { JudgeMode } from '../../src/core/judge/judge-step.ts';

/** A part of a rollout in which the share does not change. Seconds since the first exposure. */
export interface Stage {
  readonly mode: JudgeMode;
  readonly from: number;
  readonly to: number;
  /** Part of the units that the new side serves, 0 to 1. */
  readonly share: number;
  /** Length of a tick, in seconds. */
  readonly tick: number;
}

/** How a rollout is laid out in time. */
export interface Timeline {
  readonly stages: readonly Stage[];
}

const liveTick = 5;
/** Nothing is decided before the first exposure, so that time is told more coarsely. */
const historyTick = 30;

/** When the last compared stage ends, in seconds since the first exposure. */
export const liveSeconds = 2_400;

/** Share of the units from each of these seconds on. */
export const ramp: readonly { readonly from: number; readonly share: number }[] = [
  { from: 0, share: 0.05 },
  { from: 600, share: 0.25 },
  { from: 1_200, share: 0.5 },
];

/**
 * History, then `preparation` seconds in which the schema is being changed and nobody is on the new
 * side, then the ramp.
 */
export function layOut(history: number, preparation: number): Timeline {
  const stages: Stage[] = [
    {
      mode: 'before',
      from: -history - preparation,
      to: -preparation,
      share: 0,
      tick: Math.min(historyTick, history),
    },
  ];
  if (preparation > 0) {
    stages.push({ mode: 'before', from: -preparation, to: 0, share: 0, tick: liveTick });
  }
  for (const [index, { from, share }] of ramp.entries()) {
    const to = ramp[index + 1]?.from ?? liveSeconds;
    stages.push({ mode: 'compared', from, to, share, tick: liveTick });
  }
  return { stages };
}

/** A moment at which evidence arrives; it covers the `seconds` before `at`. */
export interface Moment {
  readonly stage: Stage;
  readonly stageIndex: number;
  readonly at: number;
  readonly seconds: number;
}

/** All moments of a timeline, in order. */
export function moments(timeline: Timeline): readonly Moment[] {
  return timeline.stages.flatMap((stage, stageIndex) => {
    const count = Math.round((stage.to - stage.from) / stage.tick);
    return Array.from({ length: count }, (_, tick) => ({
      stage,
      stageIndex,
      at: stage.from + (tick + 1) * stage.tick,
      seconds: stage.tick,
    }));
  });
}
