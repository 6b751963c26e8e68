import { CrossfadeError } from '../../core/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { AlertDecision } from '../../core/protocol/alert-list.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import type { Rollout } from '../../core/rollout/rollout.ts';
import { effectKey } from '../../core/rollout/effect.ts';
import {
  type Claim,
  type Committed,
  RolloutStore,
  type StoredDecision,
  type TickResult,
} from '../../engine/ports/rollout-store.ts';
import type { MemoryOutbox } from './memory-outbox.ts';

interface Entry {
  rollout: Rollout;
  policy: Policy;
  fence: number;
  leaseUntil: number;
  dueAt: number | null;
  judge: unknown;
  figures: string | null;
  readonly decisions: (StoredDecision & { readonly fence: number })[];
}

/** The rollout store in memory, with the same claims and fences; for tests and simulations. */
export class MemoryRolloutStore extends RolloutStore {
  readonly entries = new Map<string, Entry>();
  readonly #outbox: MemoryOutbox;
  readonly #now: () => number;
  readonly #answered: (id: string) => void;

  constructor(outbox: MemoryOutbox, now: () => number, answered: (id: string) => void) {
    super();
    this.#outbox = outbox;
    this.#now = now;
    this.#answered = answered;
  }

  override create(rollout: Rollout, policy: Policy): Promise<Rollout> {
    const active = [...this.entries.values()].some(
      (entry) => entry.policy.name === policy.name && !isTerminal(entry.rollout.phase),
    );
    if (active) return Promise.reject(new CrossfadeError('conflict', `${policy.name} is active`));
    const fresh = {
      fence: 0,
      leaseUntil: 0,
      dueAt: this.#now(),
      judge: null,
      figures: null,
      decisions: [],
    };
    this.entries.set(rollout.id, { rollout, policy, ...fresh });
    return Promise.resolve(rollout);
  }

  override claimDue(_worker: string, leaseMs: number): Promise<Claim | null> {
    const now = this.#now();
    const due = [...this.entries.values()]
      .filter((entry) => entry.dueAt !== null && entry.dueAt <= now && entry.leaseUntil <= now)
      .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))[0];
    if (due === undefined) return Promise.resolve(null);
    const { rollout, policy, figures } = due;
    const dueAt = due.dueAt ?? now;
    due.fence += 1;
    due.leaseUntil = now + leaseMs;
    return Promise.resolve({ rollout, policy, fence: due.fence, now, dueAt, figures });
  }

  override commit(claim: Claim, result: TickResult): Promise<Committed | null> {
    const entry = this.entries.get(claim.rollout.id);
    if (entry === undefined || entry.fence !== claim.fence) return Promise.resolve(null);
    entry.rollout = result.rollout;
    entry.policy = result.onto ?? entry.policy;
    entry.judge = result.judge;
    entry.figures = result.figures ?? entry.figures;
    entry.dueAt = result.dueAt;
    entry.leaseUntil = 0;
    if (result.decision !== null) {
      const seq = entry.decisions.length + 1;
      entry.decisions.push({ ...result.decision, seq, fence: claim.fence });
    }
    const { policy } = claim;
    this.#outbox.replace(
      claim.rollout.id,
      result.effects.map((effect) => ({
        rollout: claim.rollout.id,
        key: effectKey(effect),
        effect,
        project: policy.project,
        target: policy.target,
        flagProvider: policy.flag.provider,
        attempts: 0,
        takenAt: 0,
        traceparent: result.traceparent,
      })),
    );
    for (const answer of result.answers) this.#answered(answer.command);
    return Promise.resolve({ decision: result.decision === null ? null : entry.decisions.length });
  }

  override find(name: string): Promise<{ rollout: Rollout; policy: Policy } | null> {
    const found = [...this.entries.values()].filter(
      (entry) => entry.policy.name === name || entry.rollout.id === name,
    );
    return Promise.resolve(found.at(-1) ?? null);
  }

  /** Nobody applies documents here. */
  override policyAppliedAt(): Promise<null> {
    return Promise.resolve(null);
  }

  override list(limit: number): Promise<readonly { rollout: Rollout; policy: Policy }[]> {
    return Promise.resolve([...this.entries.values()].slice(-limit));
  }

  override nextAttempt(policy: string): Promise<number> {
    const attempts = [...this.entries.values()].filter((entry) => entry.policy.name === policy);
    return Promise.resolve(attempts.length + 1);
  }

  override active(target?: string): Promise<readonly { rollout: Rollout; policy: Policy }[]> {
    const active = [...this.entries.values()].filter(
      (entry) => entry.dueAt !== null && (target ?? entry.policy.target) === entry.policy.target,
    );
    return Promise.resolve(active);
  }

  override async activeTargets(): Promise<readonly string[]> {
    return [...new Set((await this.active()).map(({ policy }) => policy.target))];
  }

  override everyTarget(): Promise<readonly string[]> {
    const targets = [...this.entries.values()].map(({ policy }) => policy.target);
    return Promise.resolve([...new Set(targets)]);
  }

  override decisions(
    rollout: string,
    after: number,
    limit: number,
  ): Promise<readonly StoredDecision[]> {
    const all = this.entries.get(rollout)?.decisions ?? [];
    return Promise.resolve(all.filter((decision) => decision.seq > after).slice(0, limit));
  }

  override decisionsBefore(
    rollout: string,
    before: number | null,
    limit: number,
  ): Promise<readonly StoredDecision[]> {
    const all = this.entries.get(rollout)?.decisions ?? [];
    const earlier = all.filter((decision) => before === null || decision.seq < before);
    return Promise.resolve(earlier.slice(-limit));
  }

  override causedBy(alerts: readonly string[]): Promise<readonly AlertDecision[]> {
    const caused = [...this.entries.values()].flatMap(({ rollout, policy, decisions }) =>
      decisions.flatMap(({ alert, seq, at, action }) => {
        if (alert === undefined || !alerts.includes(alert)) return [];
        const { name, project } = policy;
        return [{ alert, rollout: rollout.id, policy: name, project, seq, at, action }];
      }),
    );
    return Promise.resolve(caused.sort((a, b) => a.at - b.at));
  }

  override wake(policies: readonly string[]): Promise<void> {
    for (const entry of this.entries.values()) {
      if (policies.includes(entry.policy.name) && entry.dueAt !== null) entry.dueAt = this.#now();
    }
    return Promise.resolve();
  }
}
