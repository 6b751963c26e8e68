import { CrossfadeError } from '../errors.ts';
import type { BucketCounts } from '../histogram/bucket-counts.ts';
import type { DecayedRate } from '../statistics/decayed-rate.ts';
import { type EProcess, newProcess } from '../statistics/e-process.ts';
import { type BaselineState, beginBaseline } from './baseline/baseline-state.ts';
import { baselineStreams } from './baseline/baseline-streams.ts';
import { type Durations, freshDurations } from './durations.ts';
import { type JudgeConfig, judgeVersion } from './judge-config.ts';
import type { LatencyWatch } from './latency-watch.ts';
import type { Failing } from './sent-back.ts';
import type { Quarantined } from './units/quarantine.ts';
import { type ErrorsEvidence, noEvidence } from './units/suspects.ts';
import type { UnitProcess } from './units/unit-guard.ts';
import type { ByKind } from './units/unit-columns.ts';
import { activeRows, noUnits, type UnitTable } from './units/unit-table.ts';

/** The old side before the first exposure. */
export interface History {
  readonly seconds: number;
}

/** What lasts from the first exposure to the end, per guard, aligned with the config's guards. */
export type GuardState =
  | {
      readonly kind: 'errors';
      readonly evidence: ErrorsEvidence;
    }
  | { readonly kind: 'latency'; readonly watches: readonly LatencyWatch[] }
  | { readonly kind: 'mismatches'; readonly harm: EProcess; readonly mismatched: number };

/** Requests that the canary should have made, by its units' history and the baseline's traffic. */
export interface Traffic {
  /** Both forget with a half-life of 30 s. */
  readonly expected: number;
  readonly seen: number;
  /** Since when less than half of the expected requests arrive; null while enough do. */
  readonly shortSince: number | null;
}

/** How many comparisons of a unit the current hour credited, and its mismatches in that hour. */
export type ComparedUnit = readonly [unit: string, credited: number, mismatched: number];

/** Credits of the hour that began at `hourAt`, epoch milliseconds (see `mismatches-judge.ts`). */
export interface Credits {
  readonly hourAt: number;
  readonly units: readonly ComparedUnit[];
}

/** What one cohort did in the current step. */
export interface CohortState {
  readonly requests: number;
  readonly failed: number;
  readonly latency: BucketCounts;
  /** Rows of `JudgeState.units` that made a request. */
  readonly units: readonly number[];
}

/** Evidence of the current step, made under its revision or a later one. */
export interface StepState extends Failing {
  readonly index: number;
  readonly sinceRevision: number | null;
  /** Epoch milliseconds of the first tick that counted; null before it. */
  readonly firstAt: number | null;
  readonly canary: CohortState;
  readonly baseline: CohortState;
  readonly compared: number;
  readonly mismatched: number;
  readonly comparedUnits: readonly string[];
  /** Comparisons that told nothing; absent for none. */
  readonly voided?: number;
  /** Processes for "not worse" per guard: one, or two per latency watch (see `latency-judge.ts`). */
  readonly notWorse: readonly (readonly EProcess[])[];
}

/** A guard that failed; it stays failed. */
export interface Failure {
  readonly guard: string;
  readonly at: number;
  /** ln of the averaged evidence at that moment; null for a mismatch where none is tolerated. */
  readonly logHarm: number | null;
  readonly reason: string;
}

/** A unit without which hardly any evidence for harm is left: it should go back alone. */
export interface Accusation {
  readonly guard: string;
  readonly unit: string;
  readonly at: number;
  /** ln of the averaged evidence at that moment, with the unit and without it. */
  readonly logHarm: number;
  readonly logWithout: number;
  readonly reason: string;
}

/** All that the judge remembers. Plain JSON: written and read back it goes on to the last bit. */
export interface JudgeState {
  readonly version: number;
  readonly history: History;
  readonly units: UnitTable;
  readonly durations: Durations;
  /** Whether a unit has been on the new side; history is closed from then on. */
  readonly exposed: boolean;
  /** The old side's votes per exposure, lately, by kind of operation. */
  readonly oldErrors: ByKind<DecayedRate>;
  readonly guards: readonly GuardState[];
  readonly traffic: Traffic;
  readonly credits: Credits;
  readonly step: StepState | null;
  /** Epoch milliseconds of the newest tick that a batch arrived in. */
  readonly newestAt: number | null;
  readonly failures: readonly Failure[];
  /** Units found to be the only harmed ones, until they are quarantined. */
  readonly accused: readonly Accusation[];
  readonly quarantined: readonly Quarantined[];
  /** One process per unit on the new side, by minutes with a failure. */
  readonly unitGuard: readonly UnitProcess[];
  /** The old side beside its own past. */
  readonly baseline: BaselineState;
}

/** What is known of a guard at its beginning. */
export function beginGuard(kind: GuardState['kind']): GuardState {
  if (kind === 'latency') return { kind, watches: [] };
  if (kind === 'errors') return { kind, evidence: noEvidence };
  return { kind, harm: newProcess, mismatched: 0 };
}

/** A judge that has seen nothing yet. */
export function beginJudge(config: JudgeConfig): JudgeState {
  return {
    version: judgeVersion,
    history: { seconds: 0 },
    units: noUnits,
    durations: freshDurations,
    exposed: false,
    oldErrors: {},
    guards: config.guards.map((guard) => beginGuard(guard.compare)),
    traffic: { expected: 0, seen: 0, shortSince: null },
    credits: { hourAt: 0, units: [] },
    step: null,
    newestAt: null,
    failures: [],
    accused: [],
    quarantined: [],
    unitGuard: [],
    baseline: beginBaseline(baselineStreams(config)),
  };
}

/** Throws `unsupported` for a state of another version of the judge, or of another policy. */
export function checkState(state: JudgeState, config: JudgeConfig): void {
  if (state.version !== judgeVersion) {
    throw new CrossfadeError(
      'unsupported',
      `The judge's state is of version ${state.version}; this is version ${judgeVersion}.`,
    );
  }
  const { guards } = state;
  const isSame =
    guards.length === config.guards.length &&
    guards.every(({ kind }, index) => kind === config.guards[index]?.compare);
  if (isSame) return;
  const kinds = guards.map(({ kind }) => kind).join();
  throw new CrossfadeError(
    'invalidInput',
    `The judge's state is for the guards [${kinds}], not for those of this policy.`,
  );
}

/** Seconds of traffic that are known from before the first exposure. */
export function historySeconds(state: JudgeState): number {
  return state.history.seconds;
}

/** Units that made at least one request before the first exposure. */
export function activeUnits(state: JudgeState): number {
  return activeRows(state.units);
}
