import type { Stage } from '../../src/core/protocol/route.ts';
import type { Attempt } from '../../src/sdk/attempt.ts';
import { ComparisonLog } from '../../src/sdk/comparison-log.ts';
import { follow } from '../../src/sdk/decision.ts';
import type { Decision } from '../../src/sdk/decision.ts';
import { NoiseFloor } from '../../src/sdk/noise-floor.ts';
import { isClientError } from '../../src/sdk/not-an-error.ts';
import { ShadowReader } from '../../src/sdk/shadow-reader.ts';
import type { BothSides } from '../../src/sdk/shadow-reader.ts';
import { UnitWrites } from '../../src/sdk/unit-writes.ts';
import { Warnings } from '../../src/sdk/warnings.ts';
import { ManualTiming } from './manual-timing.ts';
import { routeOf } from './route-of.ts';

export const migrationName = 'users-birthdate';

/** Compares with the other side from the first read on. */
export const uncalibrated = new NoiseFloor({ first: 0, oneIn: Infinity });

/** A shadow reader with all that it stands on, in time that a spec moves; outcomes as they come. */
export function comparisons(floor = uncalibrated) {
  const timing = new ManualTiming();
  const writes = new UnitWrites();
  const outcomes: string[] = [];
  const told: string[] = [];
  const warnings = new Warnings((message) => told.push(message));
  const log = new ComparisonLog(timing, warnings);
  const shadowed: number[] = [];
  const reader = new ShadowReader({
    timing,
    writes,
    warnings,
    log,
    floor,
    atOnce: 4,
    limitMs: 2_000,
    shadowed: (_, { milliseconds }) => void shadowed.push(milliseconds),
    notAnError: isClientError,
    record: ({ unit }, outcome) => outcomes.push(`${unit} ${outcome}`),
  });
  /** Compares one read of `t1` whose own side answered `own`. */
  const compare = <T>(own: T, sides: BothSides<T>, stage: Stage = 'shadow'): void => {
    const sample = reader.sample(migrationName, 't1', decisionIn(stage));
    if (sample !== null) reader.compare(sample, answered(own), sides);
  };
  return { timing, writes, outcomes, told, reader, log, shadowed, compare };
}

export function decisionIn(stage: Stage, shadowSample = 1): Decision {
  return follow(routeOf({ baseStage: stage, shadowSample })).decide('t1');
}

export function answered<T>(value: T): Attempt<T> {
  return { ok: true, value, milliseconds: 1 };
}

export const same: BothSides<string> = { old: () => 'a', new: () => 'a' };
export const different: BothSides<string> = { old: () => 'a', new: () => 'b' };
export const failing: BothSides<string> = {
  old: () => 'a',
  new: () => {
    throw new Error('broken');
  },
};
