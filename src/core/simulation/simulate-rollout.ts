import type { JudgeConfig } from '../judge/judge-config.ts';
import {
  beginJudge,
  hasFindings,
  type JudgeState,
  measureGuards,
  observeTick,
} from '../judge/judge.ts';
import { beforeExposure, type JudgeStep } from '../judge/judge-step.ts';
import { DurationDraw } from './draw-durations.ts';
import { drawTick, epochOf } from './draw-tick.ts';
import { Exposure } from './exposure.ts';
import { nextLook, type Pace, usualPace } from './looks.ts';
import { gateOf } from './simulated-gate.ts';
import { Random } from './random.ts';
import type { SimulatedHarm } from './simulated-harm.ts';
import { drawService, type SimulatedService } from './simulated-service.ts';
import type { SimulationInput } from './simulation-input.ts';
import { type SimulatedStep, simulatedSteps } from './simulated-steps.ts';

/** How a rollout ended: `held` and `paused` wait for a person. */
export type SimulatedEnd = 'completed' | 'rolledBack' | 'held' | 'paused';

/** What was decided, and when: seconds since the first step that evidence decides. */
export interface SimulatedMove {
  readonly at: number;
  readonly step: string;
  readonly what: 'enter' | 'quarantine' | 'release' | 'rollback' | 'hold' | 'pause' | 'complete';
  readonly why: string;
}

/** One simulated rollout. Times are seconds. */
export interface SimulatedRollout {
  readonly end: SimulatedEnd;
  /** The step in which it ended, and how long it took in all. */
  readonly step: string;
  readonly seconds: number;
  /** Since the first unit was on the new side; null when none ever was. */
  readonly exposed: number | null;
  /** The guard that rolled back or sent a unit back first, and when, since there was something to find. */
  readonly foundBy: string | null;
  readonly found: number | null;
  /** Units that are held on the old side in the end. */
  readonly sentBack: readonly string[];
  /** Requests that failed for what was wrong with the new side. */
  readonly harmed: number;
  readonly moves: readonly SimulatedMove[];
}

/** The judge after the time before the first exposure, which all rollouts of a seed share. */
export interface SimulatedPast {
  readonly seed: number;
  readonly service: SimulatedService;
  /** Null where no guard looks at durations. */
  readonly durations: DurationDraw | null;
  readonly state: JudgeState;
}

/** What the judge learns of the time before is counted by the minute: bad ones of a unit, jumps from one to the next. */
const historyTick = 60;

/** Draws a service and lets the judge see its history. */
export function simulatePast(input: SimulationInput, seed: number): SimulatedPast {
  const random = new Random(seed);
  const service = drawService(input.traffic, random);
  const { config } = input;
  const seconds = config.evidence.historyMs / 1000;
  const durations = timed(config, service);
  const isNew = new Uint8Array(service.names.length);
  let state = beginJudge(config);
  const nobody = { isNew, harm: null, culprit: -1, compared: 0, revision: 1 };
  for (let end = -seconds; end < 0;) {
    const length = Math.min(historyTick, -end);
    end += length;
    const { tick } = drawTick(service, durations, { ...nobody, end, seconds: length }, random);
    state = observeTick(state, config, tick, beforeExposure);
  }
  return { seed, service, durations, state };
}

/** Durations are drawn where a guard looks at them. */
function timed({ guards }: JudgeConfig, service: SimulatedService): DurationDraw | null {
  return guards.some(({ compare }) => compare === 'latency') ? new DurationDraw(service) : null;
}

/** Carries one rollout through its steps with the judge that decides real ones. */
export function simulateRollout(
  input: SimulationInput,
  past: SimulatedPast,
  harm: SimulatedHarm | null,
  pace: Pace = usualPace,
): SimulatedRollout {
  const culprit = harm?.kind === 'oneUnit' ? Math.floor(past.service.names.length / 2) : -1;
  const run = new Run(input, withCulprit(past, culprit), { harm, culprit }, pace);
  for (const step of simulatedSteps(input.policy, input.traffic)) if (!run.carry(step)) break;
  return run.result();
}

/** The unit that a harm is about is exposed with the first. */
function withCulprit(past: SimulatedPast, culprit: number): SimulatedPast {
  if (culprit < 0) return past;
  const places = past.service.places.slice();
  places[culprit] = 0;
  const service = { ...past.service, places };
  return { ...past, service, durations: past.durations && new DurationDraw(service) };
}

interface Wrong {
  readonly harm: SimulatedHarm | null;
  readonly culprit: number;
}

class Run {
  readonly #input: SimulationInput;
  readonly #service: SimulatedService;
  readonly #wrong: Wrong;
  readonly #random: Random;
  readonly #durations: DurationDraw | null;
  readonly #pace: Pace;
  readonly #exposure: Exposure;
  readonly #moves: SimulatedMove[] = [];
  #state: JudgeState;
  #now = 0;
  /** When the step was entered, or a unit was last sent back or released. */
  #movedAt = 0;
  #step = '';
  #end: SimulatedEnd = 'completed';
  /** Why the rollout is held until a person answers. */
  #holding: string | null = null;
  #harmed = 0;
  #exposedAt: number | null = null;
  #comparedAt: number | null = null;
  #found: { readonly at: number; readonly guard: string } | null = null;

  constructor(input: SimulationInput, past: SimulatedPast, wrong: Wrong, pace: Pace) {
    this.#input = input;
    this.#service = past.service;
    this.#wrong = wrong;
    this.#state = past.state;
    this.#random = new Random(past.seed + 1);
    this.#durations = past.durations;
    this.#pace = pace;
    this.#exposure = new Exposure(past.service);
  }

  /** Whether the rollout goes on after this step. */
  carry(step: SimulatedStep): boolean {
    const entered = this.#now;
    this.#step = step.name;
    this.#movedAt = entered;
    this.#exposure.enter(step);
    this.#move('enter', '');
    this.#comparedAt ??= entered;
    if (this.#exposure.hasUnits) this.#exposedAt ??= entered;
    for (let look = this.#look(step, entered); look !== null; look = this.#look(step, entered)) {
      const seconds = look - this.#now;
      this.#now = look;
      const verdict = this.#tick(step, entered, seconds);
      if (verdict === 'next') return true;
      if (verdict === 'over') return false;
    }
    const end = this.#holding === null ? 'paused' : 'held';
    return this.#stop(end, 'pause', 'its patience is over');
  }

  #look({ bake, patience }: SimulatedStep, entered: number): number | null {
    const shownAt = this.#exposedAt ?? this.#comparedAt ?? entered;
    const step = { entered, movedAt: this.#movedAt, shownAt, bake, patience };
    return nextLook(step, this.#now, this.#pace);
  }

  #tick(step: SimulatedStep, entered: number, seconds: number): 'next' | 'over' | 'wait' {
    const { config, policy } = this.#input;
    const judged = this.#judgeStep(step, entered);
    const { isNew } = this.#exposure;
    const scene = {
      end: this.#now,
      seconds,
      revision: step.index + 2,
      isNew,
      compared: step.compared,
    };
    // With nobody left on the old side durations are compared with nothing.
    const durations = step.mode === 'whole' ? null : this.#durations;
    const drawn = drawTick(this.#service, durations, { ...scene, ...this.#wrong }, this.#random);
    this.#harmed += drawn.harmed;
    this.#state = observeTick(this.#state, config, drawn.tick, judged);
    const isBaked = this.#now - entered >= step.bake;
    // Nothing can come of a look before the bake ends at which nothing was found.
    if (!isBaked && !hasFindings(this.#state)) {
      this.#holding = null;
      return 'wait';
    }
    const measured = measureGuards(this.#state, config, judged, epochOf(this.#now));
    const gate = gateOf(measured, policy, step, this.#exposure.sentBack);
    for (const unit of gate.release) this.#release(unit);
    if (gate.rollback !== null) {
      this.#find(gate.rollback.guard);
      this.#stop('rolledBack', 'rollback', gate.rollback.reason);
      return 'over';
    }
    for (const { unit, guard, reason } of gate.sendBack) this.#sendBack(unit, guard, reason);
    if (gate.hold !== null && this.#holding === null) this.#move('hold', gate.hold);
    this.#holding = gate.hold;
    return gate.passed && isBaked ? 'next' : 'wait';
  }

  #judgeStep(step: SimulatedStep, entered: number): JudgeStep {
    const enteredAt = epochOf(entered);
    const quarantined = this.#exposure.sentBack;
    return {
      index: step.index,
      mode: step.mode,
      share: 100 * step.part,
      require: step.require,
      sinceRevision: step.index + 2,
      enteredAt,
      touched: true,
      warmupUntil: enteredAt + this.#input.policy.evidence.warmupMs,
      ...(step.chosen === null ? {} : { ringUnits: this.#exposure.chosen }),
      ...(quarantined.length === 0 ? {} : { quarantined }),
    };
  }

  #sendBack(unit: string, guard: string, reason: string): void {
    this.#find(guard);
    this.#exposure.sendBack(unit);
    this.#movedAt = this.#now;
    this.#move('quarantine', `${unit}: ${reason}`);
  }

  #release(unit: string): void {
    this.#exposure.release(unit);
    this.#movedAt = this.#now;
    this.#move('release', unit);
  }

  #find(guard: string): void {
    this.#found ??= { at: this.#now, guard };
  }

  #move(what: SimulatedMove['what'], why: string): void {
    this.#moves.push({ at: this.#now, step: this.#step, what, why });
  }

  #stop(end: SimulatedEnd, what: SimulatedMove['what'], why: string): false {
    this.#end = end;
    this.#move(what, why);
    return false;
  }

  result(): SimulatedRollout {
    // Mismatches can be found as soon as reads are compared, all else from the first exposure on.
    const begin = this.#wrong.harm?.kind === 'mismatches' ? this.#comparedAt : this.#exposedAt;
    return {
      end: this.#end,
      step: this.#step,
      seconds: this.#now,
      exposed: this.#exposedAt === null ? null : this.#now - this.#exposedAt,
      foundBy: this.#found?.guard ?? null,
      found: this.#found === null || begin === null ? null : this.#found.at - begin,
      sentBack: this.#exposure.sentBack,
      harmed: this.#harmed,
      moves: this.#moves,
    };
  }
}
