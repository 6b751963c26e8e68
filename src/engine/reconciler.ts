import { decide, type Outcome } from '../core/rollout/decide.ts';
import { type JudgeMemory, judgeRollout } from '../core/rollout/judging.ts';
import { isTerminal } from '../core/rollout/phase.ts';
import { rolloutFigures } from '../core/rollout/rollout-figures.ts';
import { retirementOf } from '../core/rollout/retirement.ts';
import { rebaseMemory } from '../core/rollout/rebase-memory.ts';
import type { Observations } from '../core/rollout/observations.ts';
import type { Seen } from '../core/rollout/replay.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import type { StormLimits } from '../core/storm/storm-view.ts';
import type { EventLog } from './ports/event-log.ts';
import type { FaultPoints } from './ports/fault-points.ts';
import type { Gathered, ObservationStore } from './ports/observation-store.ts';
import type { RivalReader } from './ports/rival-reader.ts';
import type { Claim, Committed, RolloutStore, TickResult } from './ports/rollout-store.ts';
import type { Span } from './ports/tracer.ts';
import { gatherStorm } from './gather-storm.ts';
import { gatherWithAlerts } from './gather-with-alerts.ts';
import { decisionSpan, tickSpan } from './spans.ts';
import { memoryOf, seenIn, takeInput, unseenMetrics } from './take-input.ts';

/** Who ticks, and how long a claim lasts. Milliseconds. */
export interface Worker {
  readonly name: string;
  readonly leaseMs: number;
  /** How it finds out that several rollouts would go back at once; absent: each is alone. */
  readonly storm?: { readonly rivals: RivalReader; readonly limits: StormLimits };
}

type Verdicts = Pick<Observations, 'measurements' | 'history'>;

/** How long claim and tick took. Milliseconds. */
interface Took {
  readonly ms: number;
  readonly claimMs: number;
}

/** How soon a rollout is looked at again when nothing wakes it. Milliseconds. */
const activeEveryMs = 500;
const stoppedEveryMs = 1_000;

/** Claims what is due, decides, commits. Any number of replicas may tick at the same time. */
export class Reconciler {
  readonly #rollouts: RolloutStore;
  readonly #observations: ObservationStore;
  readonly #faultPoints: FaultPoints;
  readonly #events: EventLog;
  readonly #worker: Worker;

  constructor(
    rollouts: RolloutStore,
    observations: ObservationStore,
    faultPoints: FaultPoints,
    events: EventLog,
    worker: Worker,
  ) {
    this.#rollouts = rollouts;
    this.#observations = observations;
    this.#faultPoints = faultPoints;
    this.#events = events;
    this.#worker = worker;
  }

  /** One tick over everything that is due. Returns how many rollouts were decided on. */
  async tick(): Promise<number> {
    for (let decided = 0; ; decided += 1) {
      const began = performance.now();
      const claim = await this.#rollouts.claimDue(this.#worker.name, this.#worker.leaseMs);
      if (claim === null) return decided;
      await this.#guarded(claim, performance.now() - began);
    }
  }

  /** A rollout that cannot be decided on holds where it is; its lease runs out and others go on. */
  async #guarded(claim: Claim, claimMs: number): Promise<void> {
    try {
      await this.#events.trace(tickSpan(claim), (span) => this.#reconcile(claim, claimMs, span));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#events.write({ kind: 'fault', where: `tick ${claim.rollout.id}`, error: words });
    }
  }

  async #reconcile(claim: Claim, claimMs: number, span: Span): Promise<void> {
    const began = performance.now();
    const { rollout, policy, now } = claim;
    const gathered = await this.#gather(claim);
    const memory = memoryOf(gathered);
    const input = takeInput(policy, rollout, gathered, now);
    const judged = judgeRollout(policy, rollout, memory, input);
    const { measurements, history } = judged;
    const seen = await this.#withStorm(claim, seenIn(gathered), { measurements, history });
    const observations = { ...seen, measurements, history };
    const outcome = decide({ policy, rollout, observations, now });
    const after = { policy: outcome.policy, rollout: outcome.rollout, observations, now };
    const figures = JSON.stringify(rolloutFigures(after));
    const checkpoint = outcome.decision === null ? null : { rollout, seen, memory };
    const isChanged =
      checkpoint !== null ||
      hasLearned(memory, judged.memory) ||
      JSON.stringify(outcome.rollout) !== JSON.stringify(rollout);
    this.#faultPoints.reached('tick.beforeCommit');
    const kept = await this.#commit(claim, {
      rollout: outcome.rollout,
      ...(outcome.policy === policy ? {} : { onto: outcome.policy }),
      judge: rebaseMemory(judged.memory, policy, outcome.policy, now),
      figures: figures === claim.figures ? null : figures,
      trace: isChanged ? { input, seen, checkpoint } : null,
      // What has ended takes nothing away from the attempt that follows it.
      judgedEvidence: isTerminal(rollout.phase) ? [] : gathered.evidence.map((batch) => batch.id),
      decision: outcome.decision,
      effects: outcome.effects,
      traceparent: span.traceparent,
      answers: outcome.answers,
      dueAt: dueAt(outcome, now),
    });
    this.#faultPoints.reached('tick.afterCommit');
    if (kept === null) {
      this.#events.write({ kind: 'fenceLost', rollout: rollout.id });
      return;
    }
    this.#report(claim, outcome, { ms: performance.now() - began, claimMs });
    this.#reportArrival(claim, outcome, span);
  }

  /** Whoever would go back by a provider's word alone asks what others would. */
  async #withStorm({ rollout, policy, now }: Claim, seen: Seen, judged: Verdicts): Promise<Seen> {
    const { rivals, limits } = this.#worker.storm ?? {};
    if (rivals === undefined || limits === undefined) return seen;
    const observations = { ...seen, ...judged };
    const storm = await gatherStorm(rivals, { policy, rollout, observations, now }, limits);
    return storm === null ? seen : { ...seen, storm };
  }

  /** A decision has a span of its own, from which its effects follow. */
  #commit(claim: Claim, result: TickResult): Promise<Committed | null> {
    const { decision } = result;
    if (decision === null) return this.#rollouts.commit(claim, result);
    return this.#events.trace(decisionSpan(claim, decision), async (span) => {
      const traced = { ...result, traceparent: span.traceparent };
      const kept = await this.#rollouts.commit(claim, traced);
      span.tell({ 'crossfade.decision.number': kept?.decision ?? null });
      return kept;
    });
  }

  async #gather({ rollout, policy }: Claim): Promise<Gathered> {
    const gathered = await gatherWithAlerts(this.#observations, rollout, policy);
    const unseen = unseenMetrics(policy, rollout, gathered);
    if (unseen.size === 0) return gathered;
    return { ...gathered, metrics: await this.#observations.metrics.since(unseen) };
  }

  #report(claim: Claim, outcome: Outcome, took: Took): void {
    const { id, policy } = claim.rollout;
    const lateMs = Math.max(0, claim.now - claim.dueAt);
    this.#events.write({ kind: 'tick', rollout: id, ...took, lateMs });
    const { decision } = outcome;
    if (decision !== null) {
      const { action, from, to, step, reason, by } = decision;
      const words = { rollout: id, policy, action, from, to, step, reason, by };
      this.#events.write({ kind: 'decision', ...words });
    }
  }

  #reportArrival({ rollout }: Claim, outcome: Outcome, { traceparent }: Span): void {
    const arrival = justArrived(rollout, outcome.rollout);
    if (arrival === null) return;
    const traceId = traceparent?.split('-')[1] ?? null;
    this.#events.write({ kind: 'rollbackArrived', rollout: rollout.id, ...arrival, traceId });
  }
}

/** Whether a tick changed what the judge remembers. Only then is there something to keep. */
function hasLearned(before: JudgeMemory | null, after: JudgeMemory | null): boolean {
  if (before === null || after === null) return before !== after;
  const { judge: known, ...rest } = before;
  const { judge, ...others } = after;
  return judge !== known || JSON.stringify(others) !== JSON.stringify({ ...rest });
}

/** A decision is followed at once by another look; what has ended is looked at while work is left. */
function dueAt(outcome: Outcome, now: number): number | null {
  const { rollout, policy, decision, effects } = outcome;
  if (decision !== null || outcome.answers.length > 0) return now;
  if (!isTerminal(rollout.phase)) {
    const stands = rollout.phase === 'paused' || rollout.phase === 'pending';
    return now + (stands ? stoppedEveryMs : activeEveryMs);
  }
  if (effects.length > 0) return now + activeEveryMs;
  const retireAt = retirementOf(rollout, policy);
  return retireAt !== null && retireAt > now ? retireAt : null;
}

/** How long a rollback took that every instance has now acknowledged. */
function justArrived(
  { rollback: before }: Rollout,
  { rollback: after }: Rollout,
): { readonly ms: number; readonly sinceHarmMs: number | null } | null {
  const at = after?.convergedAt ?? null;
  if (after === null || at === null || (before?.convergedAt ?? null) !== null) return null;
  const sinceHarmMs = after.harmAt === undefined ? null : at - after.harmAt;
  return { ms: at - after.requestedAt, sinceHarmMs };
}
