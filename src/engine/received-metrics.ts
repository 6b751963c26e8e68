import { CrossfadeError } from '../core/errors.ts';
import { metricQueriesOf } from '../core/metrics/metric-query.ts';
import type { ReceivedMessage, Refusals } from '../core/received/series-point.ts';
import { freshStream, pointsByStream, type StreamPoints } from '../core/received/stream.ts';
import { addRefusals, takePoints } from '../core/received/take-points.ts';
import { WindowTally } from '../core/received/window-counts.ts';
import { isTerminal } from '../core/rollout/phase.ts';
import type { KnownStream, ReceivedBatch, ReceivedStore } from './ports/received-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';

/** Points that may wait to be kept; who sends more is told to come again. */
const mostWaiting = 500_000;

/** Points that are kept together. */
const perBatch = 50_000;

/** Streams of one migration: senders times instruments. */
const mostStreams = 4_000;

/** Senders without end would be state without end. */
const tooMany = `more than ${mostStreams} senders; are resources made up for each export?`;

/** Series that are kept in memory; older streams are read again when they are wanted. */
const mostRemembered = 400_000;

/** How often other replicas may come first before a batch is given up. */
const attempts = 8;

/** How long the list of those who judge by received metrics is good for. Milliseconds. */
const wantedForMs = 1_000;

interface Waiting {
  readonly sent: readonly StreamPoints[];
  readonly points: number;
  readonly taken: (refused: Refusals) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Takes in metrics that applications send. What waits while a batch is being kept is kept together
 * with the next one, and nobody is answered before his points are.
 */
export class ReceivedMetrics {
  readonly #store: ReceivedStore;
  readonly #rollouts: RolloutStore;
  readonly #known = new Map<string, KnownStream>();
  #remembered = 0;
  #waiting: Waiting[] = [];
  #points = 0;
  #working = false;
  #wanted: ReadonlySet<string> = new Set();
  #wantedAt = -Infinity;

  constructor(store: ReceivedStore, rollouts: RolloutStore) {
    this.#store = store;
    this.#rollouts = rollouts;
  }

  /**
   * Returns what could not be counted once all the rest is kept for good. Points of migrations that
   * nobody judges by them are good and dropped. Throws `unavailable`, and has kept nothing, when the
   * sender should come again.
   */
  async take({ metrics, refused }: ReceivedMessage): Promise<Refusals> {
    const sent = pointsByStream(metrics, await this.#wantedNow());
    const points = sent.reduce((sum, { points: list }) => sum + list.length, 0);
    if (points === 0) return refused;
    if (this.#points + points > mostWaiting) {
      throw new CrossfadeError('unavailable', 'more metrics wait than can be kept; come again');
    }
    this.#points += points;
    const kept = new Promise<Refusals>((taken, failed) => {
      this.#waiting.push({ sent, points, taken, failed });
    });
    void this.#work();
    return addRefusals(refused, await kept);
  }

  async #wantedNow(): Promise<ReadonlySet<string>> {
    if (performance.now() - this.#wantedAt < wantedForMs) return this.#wanted;
    const active = await this.#rollouts.active();
    const judged = active.filter(
      ({ rollout, policy }) =>
        !isTerminal(rollout.phase) &&
        [...metricQueriesOf(policy).values()].some(({ question }) => question.kind === 'received'),
    );
    this.#wanted = new Set(judged.map(({ policy }) => policy.name));
    this.#wantedAt = performance.now();
    return this.#wanted;
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        const refusals = await this.#keep(batch);
        for (const [index, { taken }] of batch.entries()) taken(refusals[index] as Refusals);
      } catch (cause) {
        this.#forget(batch);
        const words = 'metrics cannot be kept just now; come again';
        const error = new CrossfadeError('unavailable', words, { cause });
        for (const { failed } of batch) failed(error);
      }
    }
    this.#working = false;
  }

  #nextBatch(): readonly Waiting[] {
    let points = 0;
    const end = this.#waiting.findIndex((waiting, index) => {
      points += waiting.points;
      return index > 0 && points > perBatch;
    });
    const batch = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    this.#points -= batch.reduce((sum, waiting) => sum + waiting.points, 0);
    return batch;
  }

  /** What each of the batch could not have counted. */
  async #keep(batch: readonly Waiting[]): Promise<readonly Refusals[]> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const crowded = await this.#recall(batch);
      const { kept, refusals } = this.#count(batch, crowded);
      if (await this.#store.keep(kept)) {
        for (const { stream, version, state } of kept.streams) {
          this.#remember(stream, { version: version + 1, state });
        }
        this.#forgetOldest();
        return refusals;
      }
      this.#forget(batch);
    }
    throw new Error('other replicas keep changing the same streams');
  }

  /** Reads what is known of the batch's streams. Returns the migrations that have enough of them. */
  async #recall(batch: readonly Waiting[]): Promise<ReadonlySet<string>> {
    const streams = batch.flatMap(({ sent }) => sent.map(({ stream }) => stream));
    const unknown = [...new Set(streams)].filter((stream) => !this.#known.has(stream));
    if (unknown.length === 0) return new Set();
    for (const [stream, known] of await this.#store.load(unknown)) this.#remember(stream, known);
    if (unknown.every((stream) => this.#known.has(stream))) return new Set();
    const migrations = new Set(batch.flatMap(({ sent }) => sent.map((one) => one.migration)));
    const found = await this.#store.streamsOf([...migrations]);
    return new Set([...found].filter(([, count]) => count >= mostStreams).map(([name]) => name));
  }

  #count(
    batch: readonly Waiting[],
    crowded: ReadonlySet<string>,
  ): { readonly kept: ReceivedBatch; readonly refusals: readonly Refusals[] } {
    const tallies = new Map<string, WindowTally>();
    const tallyOf = (migration: string): WindowTally => {
      const tally = tallies.get(migration) ?? new WindowTally();
      tallies.set(migration, tally);
      return tally;
    };
    const states = new Map([...this.#known].map(([stream, { state }]) => [stream, state] as const));
    const migrations = new Map<string, string>();
    const refusals = batch.map(({ sent }) => {
      const isOneTooMany = ({ stream, migration }: StreamPoints): boolean =>
        crowded.has(migration) && !this.#known.has(stream);
      const surplus = sent.filter(isOneTooMany);
      for (const { migration } of surplus) tallyOf(migration).spoil(tooMany);
      const counted = sent.filter((one) => !isOneTooMany(one));
      const { streams, refused } = takePoints(counted, states, tallyOf);
      for (const { stream, migration } of counted) migrations.set(stream, migration);
      for (const [stream, state] of streams) states.set(stream, state);
      const points = surplus.reduce((sum, one) => sum + one.points.length, 0);
      return points === 0 ? refused : addRefusals(refused, { points, reason: tooMany });
    });
    const streams = [...migrations].map(([stream, migration]) => {
      const before = this.#known.get(stream);
      const state = states.get(stream) ?? freshStream;
      const isWider = state.size !== (before?.state.size ?? 0);
      return { stream, migration, version: before?.version ?? 0, state, isWider };
    });
    const counts = new Map([...tallies].map(([migration, tally]) => [migration, tally.counts]));
    return { kept: { streams, counts }, refusals };
  }

  #remember(stream: string, known: KnownStream): void {
    this.#drop(stream);
    this.#known.set(stream, known);
    this.#remembered += known.state.size;
  }

  #drop(stream: string): void {
    this.#remembered -= this.#known.get(stream)?.state.size ?? 0;
    this.#known.delete(stream);
  }

  #forget(batch: readonly Waiting[]): void {
    for (const { sent } of batch) for (const { stream } of sent) this.#drop(stream);
  }

  #forgetOldest(): void {
    for (const stream of this.#known.keys()) {
      if (this.#remembered <= mostRemembered) return;
      this.#drop(stream);
    }
  }
}
