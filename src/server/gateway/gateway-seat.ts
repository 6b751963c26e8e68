import type { GatewayAnswer } from '../../core/gateway/gateway-answer.ts';
import { gatewayClient } from '../../core/gateway/gateway-client.ts';
import type { MigrationEvidence } from '../../core/protocol/evidence.ts';
import type { Acknowledgement, InstanceReport } from '../../core/protocol/report.ts';
import type { Side } from '../../core/protocol/route.ts';
import type { GatewayMemory, Lease } from './gateway-memory.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** Pieces of evidence that wait while the state database is away; older ones are given up. */
const piecesAtMost = 1_000;
const piecesPerReport = 200;

/** Whom a seat stands for, and for how long it may answer without being heard. */
export interface SeatOwner {
  readonly service: string;
  readonly instance: string;
  readonly leaseMs: number;
}

/** What one gateway does with one rollout. */
interface Routed {
  /** What it falls to by itself when Crossfade cannot be reached. */
  safeSide: Side;
  drainMs: number;
  /** The revision that a request was last sent to the new side by. */
  revision: number;
  /** Until when such a request may still be running. */
  newUntil: number;
  /** The same for those of older revisions. */
  olderUntil: number;
}

/** One gateway as an instance: what it has to say in its next report. */
export class GatewaySeat {
  readonly #service: string;
  readonly #instance: string;
  readonly #memory: GatewayMemory;
  readonly #routed = new Map<string, Routed>();
  #evidence: MigrationEvidence[] = [];
  #batch: Pick<InstanceReport, 'seq' | 'evidence'> | null = null;
  #seq = 0;
  #logSeq = 0;
  #leaving = false;
  #sentAt = 0;
  #renewedAt: number;
  readonly #leaseMs: number;
  seenAt: number;

  /** @param now monotonic milliseconds; its lease runs from then on */
  constructor({ service, instance, leaseMs }: SeatOwner, memory: GatewayMemory, now: number) {
    this.#service = service;
    this.#instance = instance;
    this.#leaseMs = leaseMs;
    this.#memory = memory;
    this.#renewedAt = now;
    this.seenAt = now;
  }

  /** Never later than the state database believes it: from when the report was sent that it took in last. */
  get lease(): Lease {
    return { renewedAt: this.#renewedAt, forMs: this.#leaseMs };
  }

  /** True for what was not known of it: a rollout, or another safe side. */
  answered(request: GatewayRequest, answer: GatewayAnswer, now: number): boolean {
    const { rollout, safeSide, drainMs } = request;
    this.seenAt = now;
    const known = this.#routed.get(rollout);
    const fresh = { safeSide, drainMs, revision: 0, newUntil: 0, olderUntil: 0 };
    const routed = known ?? fresh;
    if (answer.side === 'new') {
      if (answer.revision !== routed.revision) routed.olderUntil = routed.newUntil;
      routed.revision = answer.revision;
      routed.newUntil = now + drainMs;
    }
    const isNews = known === undefined || known.safeSide !== safeSide;
    routed.safeSide = safeSide;
    routed.drainMs = drainMs;
    this.#routed.set(rollout, routed);
    return isNews;
  }

  logged(seq: number, evidence: readonly MigrationEvidence[]): void {
    if (seq <= this.#logSeq) return;
    this.#logSeq = seq;
    this.#evidence.push(...evidence);
    this.#evidence.splice(0, this.#evidence.length - piecesAtMost);
  }

  leave(): void {
    this.#leaving = true;
  }

  /** Null while it has not been asked anything. */
  report(now: number): InstanceReport | null {
    if (this.#routed.size === 0) return null;
    this.#sentAt = now;
    this.#batch ??= { seq: (this.#seq += 1), evidence: this.#evidence.splice(0, piecesPerReport) };
    return {
      service: this.#service,
      instance: this.#instance,
      client: gatewayClient,
      ...this.#batch,
      implements: [...this.#routed.keys()],
      acknowledged: [...this.#routed].map(([rollout, routed]) =>
        this.#acknowledged(rollout, routed, now),
      ),
      maxStaleMs: this.#leaseMs,
      leaving: this.#leaving,
    };
  }

  /** The report of this number has been taken in. */
  arrived(seq: number): void {
    this.#renewedAt = this.#sentAt;
    if (this.#batch?.seq === seq) this.#batch = null;
  }

  #acknowledged(migration: string, routed: Routed, now: number): Acknowledgement {
    const revision = this.#memory.revisionOf(migration);
    const until = routed.revision < revision ? routed.newUntil : routed.olderUntil;
    // Both must fall to new: this memory, and the gateway itself when it cannot ask.
    const isNew = routed.safeSide === 'new' && this.#memory.safeSideOf(migration) === 'new';
    return {
      migration,
      revision,
      safeSide: isNew ? 'new' : 'old',
      draining: now < until ? 1 : 0,
      // What it sent on runs in the gateway, also when this process is no more.
      drainMs: routed.drainMs,
    };
  }
}
