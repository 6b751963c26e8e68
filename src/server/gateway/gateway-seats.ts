import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { GatewayAnswer } from '../../core/gateway/gateway-answer.ts';
import type { MigrationEvidence } from '../../core/protocol/evidence.ts';
import type { Intake } from '../../engine/ports/intake.ts';
import type { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { Pulse } from '../engine/pulse.ts';
import { gatewayMaxStaleMs, type GatewayMemory } from './gateway-memory.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { GatewaySeat } from './gateway-seat.ts';

const reportEveryMs = 1_000;
const seatsAtMost = 1_000;

/**
 * How long a server answers a gateway by the new side without being heard by the state database, where the
 * gateway can do without an answer. So long after its death it is known to answer nobody. Milliseconds.
 */
const shortLeaseMs = 10_000;

/** A gateway that asked for nothing for so long has been taken away. Milliseconds. */
const forgetAfterMs = 10 * 60_000;

/**
 * The gateways that this process answers, as acknowledging instances: each runs the revision that the
 * memory here answers by. Several servers that answer one gateway make one instance each.
 */
export class GatewaySeats {
  readonly #memory: GatewayMemory;
  readonly #intake: Intake;
  readonly #rollouts: RolloutStore;
  readonly #pulse: Pulse;
  readonly #now: () => number;
  readonly #seats = new Map<string, GatewaySeat>();
  readonly #server = `${hostname()}-${process.pid}`;
  #timer: NodeJS.Timeout | null = null;
  #reporting: Promise<void> = Promise.resolve();

  /** @param now monotonic milliseconds, by the clock of `memory` */
  constructor(
    memory: GatewayMemory,
    intake: Intake,
    rollouts: RolloutStore,
    pulse: Pulse,
    now = (): number => performance.now(),
  ) {
    this.#memory = memory;
    this.#intake = intake;
    this.#rollouts = rollouts;
    this.#pulse = pulse;
    this.#now = now;
    memory.onChange(() => void this.report());
  }

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.report(), reportEveryMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const seat of this.#seats.values()) seat.leave();
    await this.report();
  }

  /** Answers a gateway, and notes what it was told. */
  answer(request: GatewayRequest): GatewayAnswer {
    const { rollout, unit, safeSide } = request;
    const seat = this.#seatOf(request);
    const lease = seat?.lease ?? { renewedAt: this.#now(), forMs: leaseOf(request) };
    const answer = this.#memory.answer(rollout, unit, safeSide, lease);
    const isNew = seat?.answered(request, answer, this.#now()) ?? false;
    if (isNew) void this.report();
    return answer;
  }

  /** Takes in what the log of a gateway says; the same `seq` again counts once. */
  logged(
    service: string,
    gateway: string,
    seq: number,
    evidence: readonly MigrationEvidence[],
  ): void {
    const refusing = this.#seats.get(keyOf({ service, gateway, refusesDoubt: true }));
    const seat = refusing ?? this.#seatOf({ service, gateway, refusesDoubt: false });
    seat?.logged(seq, evidence);
  }

  /** Reports every gateway, one report after the other. Never rejects: the next one says it again. */
  report(): Promise<void> {
    this.#reporting = this.#reporting.then(() => this.#reportAll());
    return this.#reporting;
  }

  #seatOf(who: GatewayIdentity): GatewaySeat | undefined {
    const key = keyOf(who);
    const known = this.#seats.get(key);
    if (known !== undefined || this.#seats.size >= seatsAtMost) return known;
    const instance = `${who.gateway} via ${this.#server}-${randomBytes(4).toString('hex')}`;
    const owner = { service: who.service, instance, leaseMs: leaseOf(who) };
    const seat = new GatewaySeat(owner, this.#memory, this.#now());
    this.#seats.set(key, seat);
    return seat;
  }

  async #reportAll(): Promise<void> {
    for (const [key, seat] of this.#seats) {
      if (this.#now() - seat.seenAt > forgetAfterMs) seat.leave();
      const report = seat.report(this.#now());
      if (report === null) continue;
      try {
        await this.#rollouts.wake(await this.#intake.report(report));
        seat.arrived(report.seq);
        if (report.leaving) this.#seats.delete(key);
      } catch {
        // The batch keeps its number, so it counts once however often it is sent.
      }
    }
    this.#pulse.hurry();
  }
}

/** A gateway whose configuration changes becomes another instance: each keeps its lease. */
type GatewayIdentity = Pick<GatewayRequest, 'service' | 'gateway' | 'refusesDoubt'>;

function keyOf({ service, gateway, refusesDoubt }: GatewayIdentity): string {
  return `${service}\n${gateway}\n${refusesDoubt}`;
}

/** Who has nothing but our answer is not to be moved by an outage of the state database. */
function leaseOf({ refusesDoubt }: GatewayIdentity): number {
  return refusesDoubt ? shortLeaseMs : gatewayMaxStaleMs;
}
