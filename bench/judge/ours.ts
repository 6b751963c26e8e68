import type { EvidenceTick } from '../../src/core/judge/evidence-tick.ts';
import type { Tier } from '../../src/core/judge/judge-config.ts';
import type { JudgeStep } from '../../src/core/judge/judge-step.ts';
import type { Measurement } from '../../src/core/judge/measurement.ts';
import type { ComparisonCounts } from '../../src/core/protocol/evidence.ts';
import {
  beginJudge,
  type JudgeState,
  measureGuards,
  observeTick,
} from '../../src/core/judge/judge.ts';
import { benchConfig } from './policy.ts';
import { Courier } from './delivery.ts';
import { Ledger, type Outcome } from './ledger.ts';
import { Random } from '../../src/core/simulation/random.ts';
import { type RampMoment, rampMoment, walkRamp } from './ramp.ts';
import { placeUnits } from './stand.ts';
import { labels, unitCounts } from './tier.ts';
import type { Moment } from './timeline.ts';
import type { Trace } from './trace.ts';

/** The judge after the time before the first exposure, which all ways of asking share. */
export interface Prepared {
  readonly tier: Tier;
  readonly names: readonly string[];
  readonly state: JudgeState;
  /** When the old side was said to be worse than before the change, nobody being on the new one. */
  readonly warnedAt: number | null;
  /** The first part of a ramp, without a warm-up, in which nothing is wrong yet. */
  readonly begun?: Begun;
}

/** A ramp that was carried through its first `moments`. */
interface Begun {
  readonly moments: number;
  readonly state: JudgeState;
  readonly ledger: Ledger;
}

/** How many units may be sent back before the whole rollout is. */
const mostQuarantined = 2;
/** The share of the last step, which has to be proven. */
const provenShare = 0.5;

function stepOf(moment: Moment, quarantined: readonly string[], warmupMs: number): JudgeStep {
  const { stage, stageIndex } = moment;
  return {
    index: stageIndex,
    mode: stage.mode,
    share: 100 * stage.share,
    require: 'proven',
    sinceRevision: stageIndex + 1,
    enteredAt: epoch(stage.from),
    warmupUntil: stage.mode === 'compared' ? epoch(stage.from) + warmupMs : 0,
    touched: stageIndex > 0,
    quarantined,
  };
}

/** Some whole epoch milliseconds, since the product's clock gives such. */
function epoch(at: number): number {
  return 1_800_000_000_000 + 1_000 * at;
}

function momentOf({ moments }: Trace, index: number): Moment {
  const moment = moments[index];
  if (moment === undefined) throw new RangeError(`the rollout has no moment ${index}`);
  return moment;
}

function tickOf(
  trace: Trace,
  index: number,
  isNew: Uint8Array,
  names: readonly string[],
): EvidenceTick {
  const moment = momentOf(trace, index);
  return {
    at: epoch(moment.at),
    revision: moment.stageIndex + 1,
    seconds: moment.seconds,
    units: unitCounts(trace, index, isNew, names),
    latency: trace.latency[index]?.counts ?? [],
    comparisons: comparisonsOf(trace, index),
  };
}

function comparisonsOf(trace: Trace, index: number): readonly ComparisonCounts[] {
  const { compared, mismatched, population } = trace;
  const units = population.names.length;
  if (compared === null) return [];
  return population.names.flatMap((unit, each) => {
    const cell = index * units + each;
    const count = compared[cell] ?? 0;
    if (count === 0) return [];
    const differing = mismatched?.[cell] ?? 0;
    const kinds = differing === 0 ? {} : { field: differing };
    return { unit, compared: count, mismatched: differing, void: 0, kinds };
  });
}

/** Lets our judge see the time before the first exposure. */
export function prepareOurs(trace: Trace, tier: Tier): Prepared {
  const config = benchConfig(tier, 0);
  const names = labels(trace.population, tier);
  const isNew = new Uint8Array(names.length);
  let state = beginJudge(config);
  let warnedAt: number | null = null;
  for (const [index, moment] of trace.moments.entries()) {
    if (moment.stage.mode === 'compared') break;
    const step = stepOf(moment, [], 0);
    state = observeTick(state, config, tickOf(trace, index, isNew, names), step);
    if (moment.stageIndex === 0 || warnedAt !== null) continue;
    const measured = measureGuards(state, config, step, epoch(moment.at));
    if (measured.some(({ verdict }) => verdict === 'fail')) warnedAt = moment.at;
  }
  return { tier, names, state, warnedAt };
}

/**
 * Carries one rollout through its ramp: one broken unit is sent back alone, harm ends it. `ramp` is the
 * same rollout as it goes when no unit is sent back.
 */
export function judgeByOurs(
  trace: Trace,
  prepared: Prepared,
  warmupMs: number,
  ramp: readonly RampMoment[] = walkRamp(trace),
): Outcome {
  const whole = carryOut(trace, prepared, warmupMs, ramp);
  if (trace.delivery === 'restarts') {
    const prompt = carryOut({ ...trace, delivery: 'prompt' }, prepared, warmupMs, ramp);
    const told = ({ ledger, state }: Carried): string => JSON.stringify([ledger.outcome(), state]);
    if (told(prompt) !== told(whole)) {
      throw new Error(`rollout ${trace.seed} went another way after the judge was restarted`);
    }
  }
  return whole.ledger.outcome();
}

/**
 * The ramp until `onset`, in seconds since the first exposure: until then a rollout goes as if nothing were
 * wrong. Only of evidence that arrives at once, since what is held back has a memory of its own.
 */
export function beginCalmly(trace: Trace, prepared: Prepared, onset: number): Prepared {
  if (trace.delivery !== 'prompt' || onset <= 0) return prepared;
  const calm = walkRamp(trace).filter(({ sums }) => sums.at <= onset);
  const { state, ledger } = carryOut(trace, prepared, 0, calm);
  return { ...prepared, begun: { moments: calm.length, state, ledger } };
}

interface Carried {
  readonly ledger: Ledger;
  readonly state: JudgeState;
}

/** Where a ramp is taken up: at its first moment, or after the part that was carried out before. */
function beginning(trace: Trace, prepared: Prepared, warmupMs: number): Begun {
  const { begun, state, warnedAt } = prepared;
  if (begun !== undefined && warmupMs === 0) return { ...begun, ledger: begun.ledger.copy() };
  const ledger = new Ledger(trace.culprit);
  if (warnedAt !== null) ledger.warn(warnedAt);
  return { moments: 0, state, ledger };
}

function carryOut(
  trace: Trace,
  prepared: Prepared,
  warmupMs: number,
  ramp: readonly RampMoment[],
): Carried {
  const config = benchConfig(prepared.tier, warmupMs);
  const { names } = prepared;
  const isNew = new Uint8Array(names.length);
  const random = new Random(trace.seed + 2);
  const courier = new Courier(trace.delivery, random);
  const { moments, ledger, ...begun } = beginning(trace, prepared, warmupMs);
  let { state } = begun;
  const first = trace.moments.findIndex(({ stage }) => stage.mode === 'compared');
  for (const [place, undisturbed] of ramp.entries()) {
    if (place < moments || ledger.isOver) continue;
    const index = first + place;
    const moment = momentOf(trace, index);
    placeUnits(trace, moment.stage.share, ledger.quarantined, isNew);
    const isWhole = ledger.quarantined.length === 0;
    const { sums, knowledge } = isWhole ? undisturbed : rampMoment(trace, index, isNew);
    ledger.enter(sums, knowledge);
    const quarantined = ledger.quarantined.map((unit) => names[unit] ?? '');
    const step = stepOf(moment, quarantined, warmupMs);
    if (courier.restarts()) state = restart(state);
    state = observeTick(state, config, courier.carry(tickOf(trace, index, isNew, names)), step);
    const measured = measureGuards(state, config, step, epoch(moment.at));
    act(measured, { ledger, moment, names });
    if (ledger.isOver) break;
    if (moment.stage.share >= provenShare && isProven(measured, trace)) ledger.prove(moment.at);
  }
  return { ledger, state };
}

interface Acting {
  readonly ledger: Ledger;
  readonly moment: Moment;
  readonly names: readonly string[];
}

/** Sends back the units that a failure is about, or rolls back when it is about no unit. */
function act(measurements: readonly Measurement[], { ledger, moment, names }: Acting): void {
  for (const { verdict, advisory, badUnits = [], releasedUnits = [] } of measurements) {
    for (const name of releasedUnits) ledger.release(names.indexOf(name));
    if (verdict !== 'fail') continue;
    if (advisory === true) {
      ledger.warn(moment.at);
      continue;
    }
    const fresh = badUnits
      .map((name) => names.indexOf(name))
      .filter((unit) => !ledger.quarantined.includes(unit));
    const isOfUnits = badUnits.length > 0;
    if (isOfUnits && ledger.quarantined.length + fresh.length <= mostQuarantined) {
      for (const unit of fresh) ledger.sendBack(unit, moment.at);
    } else {
      ledger.rollBack(moment.at);
    }
  }
}

/** Whether every guard passes that has anything to judge in this world. */
function isProven(measurements: readonly Measurement[], trace: Trace): boolean {
  const judged = new Set(['errors']);
  if (trace.latency.length > 0) judged.add('latency');
  if (trace.compared !== null) judged.add('mismatches');
  return measurements.every(({ guard, verdict }) => !judged.has(guard) || verdict === 'pass');
}

/** What a change of replica does to the judge: its state is written and read back. */
function restart(state: JudgeState): JudgeState {
  return JSON.parse(JSON.stringify(state)) as JudgeState;
}
