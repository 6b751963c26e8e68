import type { EvidenceTick } from '../../src/core/judge/evidence-tick.ts';
import type { JudgeConfig } from '../../src/core/judge/judge-config.ts';
import type { JudgeStep } from '../../src/core/judge/judge-step.ts';
import {
  beginJudge,
  type JudgeState,
  measureGuards,
  observeTick,
} from '../../src/core/judge/judge.ts';
import { benchConfig } from './policy.ts';
import { Ledger, type Outcome } from './ledger.ts';
import { placeUnits, sumCohorts } from './stand.ts';
import { labels, type Tier, unitCounts } from './tier.ts';
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
    latency: [],
    comparisons: [],
  };
}

/** Lets our judge see the time before the first exposure. */
export function prepareOurs(trace: Trace, tier: Tier): Prepared {
  const config = benchConfig(0);
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
  const config = benchConfig(warmupMs);
  const { names } = prepared;
  const isNew = new Uint8Array(names.length);
  const ledger = new Ledger();
  let { state } = prepared;
  for (const [index, moment] of trace.moments.entries()) {
    if (moment.stage.mode !== 'compared') continue;
    placeUnits(trace, moment.stage.share, ledger.quarantined, isNew);
    ledger.enter(sumCohorts(trace, index, isNew));
    const step = stepOf(moment, [], warmupMs);
    state = observeTick(state, config, tickOf(trace, index, isNew, names), step);
    if (state.failures.length > 0) {
      ledger.rollBack(moment.at);
      break;
    }
    const asks = !ledger.isProven && moment.at % provenEvery === 0;
    if (asks && isProven(state, config, step, moment)) ledger.prove(moment.at);
  }
  return ledger.outcome();
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
