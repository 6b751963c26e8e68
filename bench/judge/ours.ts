import type { EvidenceTick } from '../../src/core/judge/evidence-tick.ts';
import type { JudgeConfig, Tier } from '../../src/core/judge/judge-config.ts';
import type { JudgeStep } from '../../src/core/judge/judge-step.ts';
import type { ComparisonCounts } from '../../src/core/protocol/evidence.ts';
import {
  beginJudge,
  type JudgeState,
  measureGuards,
  observeTick,
} from '../../src/core/judge/judge.ts';
import { benchConfig } from './policy.ts';
import { Courier } from './delivery.ts';
import { knowledgeOf } from './knowledge.ts';
import { Ledger, type Outcome } from './ledger.ts';
import { Random } from './random.ts';
import { placeUnits, sumCohorts } from './stand.ts';
import { labels, unitCounts } from './tier.ts';
import type { Moment } from './timeline.ts';
import type { Trace } from './trace.ts';

/** The judge after the time before the first exposure, which all ways of asking share. */
export interface Prepared {
  readonly tier: Tier;
  readonly names: readonly string[];
  readonly state: JudgeState;
}

/** How many units may be sent back before the whole rollout is. */
const mostQuarantined = 2;
const provenEvery = 60;
const restartChance = 0.1;

function stepOf(moment: Moment, quarantined: readonly string[], warmupMs: number): JudgeStep {
  const { stage, stageIndex } = moment;
  return {
    index: stageIndex,
    mode: stage.mode,
    share: 100 * stage.share,
    require: 'proven',
    sinceRevision: stageIndex + 1 + quarantined.length,
    enteredAt: epoch(stage.from),
    warmupUntil: stage.mode === 'compared' ? epoch(stage.from) + warmupMs : 0,
  };
}

/** Some whole epoch milliseconds, since the product's clock gives such. */
function epoch(at: number): number {
  return 1_800_000_000_000 + 1_000 * at;
}

function tickOf(
  trace: Trace,
  index: number,
  isNew: Uint8Array,
  names: readonly string[],
): EvidenceTick {
  const moment = trace.moments[index];
  if (moment === undefined) throw new RangeError(`the rollout has no moment ${index}`);
  return {
    at: epoch(moment.at),
    revision: moment.stageIndex + 1 + mostQuarantined,
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
  for (const [index, moment] of trace.moments.entries()) {
    if (moment.stage.mode === 'compared') break;
    state = observeTick(state, config, tickOf(trace, index, isNew, names), stepOf(moment, [], 0));
  }
  return { tier, names, state };
}

/** Carries one rollout through its ramp: one broken unit is sent back alone, harm ends it. */
export function judgeByOurs(trace: Trace, prepared: Prepared, warmupMs: number): Outcome {
  const whole = carryOut(trace, prepared, warmupMs);
  if (trace.delivery === 'restarts') {
    const prompt = carryOut({ ...trace, delivery: 'prompt' }, prepared, warmupMs);
    if (JSON.stringify(prompt) !== JSON.stringify(whole)) {
      throw new Error(`rollout ${trace.seed} went another way after the judge was restarted`);
    }
  }
  return whole.outcome;
}

interface Carried {
  readonly outcome: Outcome;
  readonly state: JudgeState;
}

function carryOut(trace: Trace, prepared: Prepared, warmupMs: number): Carried {
  const config = benchConfig(prepared.tier, warmupMs);
  const { names } = prepared;
  const isNew = new Uint8Array(names.length);
  const random = new Random(trace.seed + 2);
  const courier = new Courier(trace.delivery, random);
  const ledger = new Ledger();
  let { state } = prepared;
  for (const [index, moment] of trace.moments.entries()) {
    if (moment.stage.mode !== 'compared') continue;
    placeUnits(trace, moment.stage.share, ledger.quarantined, isNew);
    const sums = sumCohorts(trace, index, isNew);
    ledger.enter(sums, knowledgeOf(trace, index, sums));
    const step = stepOf(moment, [], warmupMs);
    if (trace.delivery === 'restarts' && random.uniform() < restartChance) state = restart(state);
    state = observeTick(state, config, courier.carry(tickOf(trace, index, isNew, names)), step);
    if (state.failures.length > 0) {
      ledger.rollBack(moment.at);
      break;
    }
    const asks = !ledger.isProven && moment.at % provenEvery === 0;
    if (asks && isProven(state, config, step, moment)) ledger.prove(moment.at);
  }
  return { outcome: ledger.outcome(), state };
}

/** What a change of replica does to the judge: its state is written and read back. */
function restart(state: JudgeState): JudgeState {
  return JSON.parse(JSON.stringify(state)) as JudgeState;
}

/** Whether the last step has been shown to be not worse by the guards that have evidence. */
function isProven(
  state: JudgeState,
  config: JudgeConfig,
  step: JudgeStep,
  moment: Moment,
): boolean {
  if (moment.stage.share < 0.5) return false;
  const [errors] = measureGuards(state, config, step, epoch(moment.at));
  return errors?.verdict === 'pass';
}
