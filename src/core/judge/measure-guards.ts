import type { CompareGuard } from '../policy/guard.ts';
import { type Figures, figuresOfErrors } from './figures-of-errors.ts';
import { figuresOfLatency } from './figures-of-latency.ts';
import { figuresOfMismatches, objectToComparisons } from './figures-of-mismatches.ts';
import { measureBaseline } from './baseline/measure-baseline.ts';
import type { JudgeConfig } from './judge-config.ts';
import { checkState, type GuardState, type JudgeState } from './judge-state.ts';
import type { JudgeMode, JudgeStep } from './judge-step.ts';
import type { Measurement } from './measurement.ts';
import {
  eta,
  type Judging,
  type Objection,
  objectToAge,
  objectToMinimum,
  objectToTraffic,
} from './objection.ts';
import { stepStateOf } from './step-state.ts';
import { dispersionOf } from './units/precision.ts';
import { type ProbeResult, probeResult } from './units/quarantine.ts';
import { odds } from './wording.ts';

/**
 * One measurement per compare guard, in the policy's order, from what the ticks so far have left in
 * `state`; and where enough of its past is known one more, of the old side beside its own past. `now`
 * is in epoch milliseconds and only serves to tell whether the evidence is fresh.
 */
export function measureGuards(
  state: JudgeState,
  config: JudgeConfig,
  step: JudgeStep,
  now: number,
): readonly Measurement[] {
  checkState(state, config);
  const judging: Judging = {
    state,
    config,
    step,
    known: stepStateOf(state.step, step),
    now,
    dispersion: dispersionOf(state.units),
  };
  const toAll = objectToCohorts(judging);
  const compared = config.guards.map((guard, index): Measurement => {
    const figures = figuresOf(judging, guard, index);
    const { verdict, reason, badUnits } = judge(judging, guard, figures, toAll);
    const { seen, suspicion: _, ...values } = figures;
    return {
      guard: guard.name,
      kind: 'compare',
      verdict,
      ...(badUnits === undefined ? {} : { badUnits }),
      ...(guard.compare === 'errors' ? probed(state) : {}),
      reason: [reason, seen].filter((words) => words !== '').join('; '),
      ...values,
      newestAt: state.newestAt,
    };
  });
  const baseline = measureBaseline(state.baseline, config, step, now);
  return baseline === null ? compared : [...compared, { ...baseline, newestAt: state.newestAt }];
}

/** What the flip-back probe says of the units that were sent back. */
function probed({
  quarantined,
}: JudgeState): Pick<Measurement, 'releasedUnits' | 'confirmedUnits'> {
  const named = (result: ProbeResult): readonly string[] =>
    quarantined.filter((unit) => probeResult(unit) === result).map(({ unit }) => unit);
  const [releasedUnits, confirmedUnits] = [named('environment'), named('confirmed')];
  return {
    ...(releasedUnits.length === 0 ? {} : { releasedUnits }),
    ...(confirmedUnits.length === 0 ? {} : { confirmedUnits }),
  };
}

function figuresOf(judging: Judging, guard: CompareGuard, index: number): Figures {
  const processes = judging.known.notWorse[index] ?? [];
  switch (guard.compare) {
    case 'errors':
      return figuresOfErrors(judging, guard, stateOf(judging, index, 'errors'), processes);
    case 'latency':
      return figuresOfLatency(judging, stateOf(judging, index, 'latency').watches, processes);
    case 'mismatches':
      return figuresOfMismatches(judging, guard, stateOf(judging, index, 'mismatches'), processes);
  }
}

/** What is known of a guard; that it is of the guard's kind `checkState` has seen to. */
function stateOf<Kind extends GuardState['kind']>(
  { state }: Judging,
  index: number,
  kind: Kind,
): Extract<GuardState, { kind: Kind }> {
  const known = state.guards[index] as Extract<GuardState, { kind: Kind }> | undefined;
  if (known?.kind !== kind) throw new RangeError(`guard ${index} has no state of its kind`);
  return known;
}

/**
 * The verdict in the order of its precedence: what fails, what is unknown, what is not enough. `toAll`
 * stands against every guard that compares the cohorts.
 */
function judge(
  judging: Judging,
  guard: CompareGuard,
  figures: Figures,
  toAll: Objection | null,
): Objection {
  const failure = judging.state.failures.find((failed) => failed.guard === guard.name);
  if (failure !== undefined) return { verdict: 'fail', reason: failure.reason };
  const accused = judging.state.accused.filter((one) => one.guard === guard.name);
  if (accused[0] !== undefined) {
    return {
      verdict: 'fail',
      reason: accused[0].reason,
      badUnits: accused.map(({ unit }) => unit),
    };
  }
  const objection =
    guard.compare === 'mismatches'
      ? objectToMismatches(judging, guard, figures)
      : (toAll ?? objectToEvidence(judging, figures));
  return objection ?? { verdict: 'pass', reason: passWords(judging.step.mode, guard, judging) };
}

/** What keeps the cohorts from being compared at all. */
function objectToCohorts(judging: Judging): Objection | null {
  const { mode } = judging.step;
  if (mode === 'before' || mode === 'shadow') return null;
  const unknown = objectToAge(judging) ?? objectToTraffic(judging);
  return unknown !== null || mode === 'whole' ? unknown : objectToMinimum(judging);
}

/** What a guard's own evidence leaves to be wished for. */
function objectToEvidence(judging: Judging, figures: Figures): Objection | null {
  if (judging.step.mode !== 'compared') return null;
  return objectToSuspicion(figures) ?? objectToProof(judging, figures);
}

/** 20 to 1: with so much evidence for harm, had its onset been known, nobody more is exposed. */
const suspicious = Math.log(20);

/**
 * What looks harmed waits for a verdict instead of moving on while it is being found. It passes by
 * itself: without harm the sums fall back to 0, and stand so high at one moment in twenty at most.
 */
function objectToSuspicion({ suspicion }: Figures): Objection | null {
  if (suspicion === undefined || suspicion < suspicious) return null;
  const words = `looks worse than tolerated, ${odds(suspicion)} to 1: waits until it is told`;
  return { verdict: 'inconclusive', reason: words };
}

function objectToMismatches(
  judging: Judging,
  guard: Extract<CompareGuard, { compare: 'mismatches' }>,
  figures: Figures,
): Objection | null {
  const { mode } = judging.step;
  if (mode === 'before') return null;
  const stale = objectToAge(judging);
  if (stale !== null) return stale;
  const isAskedFor = mode === 'shadow' || (mode === 'compared' && mustProve(judging));
  if (!isAskedFor) return null;
  const few = objectToComparisons(judging, guard);
  return few ?? (guard.atMost === 0 ? null : objectToProof(judging, figures));
}

/** What a ring cannot prove, it must only not disprove. */
function mustProve({ step }: Judging): boolean {
  return step.require === 'proven' && step.ringUnits === undefined;
}

/** A step that asks for proof has not got it yet. */
function objectToProof(judging: Judging, { logNotWorse }: Figures): Objection | null {
  if (!mustProve(judging)) return null;
  const needed = -Math.log(judging.config.evidence.falsePromoteBudget);
  const have = logNotWorse ?? 0;
  if (have >= needed) return null;
  const words = `not yet shown to be not worse: evidence ${odds(have)} to 1 of ${odds(needed)}`;
  return { verdict: 'inconclusive', reason: `${words}${eta(judging, needed - have, have)}` };
}

function passWords(mode: JudgeMode, guard: CompareGuard, judging: Judging): string {
  if (guard.compare === 'mismatches') {
    return judging.known.compared === 0 ? 'nothing was compared in this step' : 'no harm seen';
  }
  switch (mode) {
    case 'before':
    case 'shadow':
      return 'not judged in this step: nobody is on the new side';
    case 'whole':
      return 'not judged in this step: no baseline at 100 %';
    case 'compared':
      return mustProve(judging) ? 'shown to be not worse' : 'no harm seen';
  }
}
