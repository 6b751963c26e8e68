import { guardSeries, type Span } from '../core/judge/guard-points.ts';
import { addSums, noSums, sumsOfTick, type TickSums } from '../core/judge/tick-sums.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { SeriesView } from '../core/protocol/guard-series.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import { CrossfadeError } from '../core/errors.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import type { TickLog } from './ports/tick-log.ts';

/** Spans are as long as this, and joined where a picture would have more points than a screen. */
const spanMs = 2_000;
const mostPoints = 120;

/** So much of the past is shown. */
const shownMs = 15 * 60_000;
const trafficMs = 60_000;

/** Ticks are read in pages, so that the engine's own work is not kept waiting. */
const ticksPerPage = 50;

/** Beyond so many rollouts the one that was looked at longest ago is read anew. */
const remembered = 50;

interface Memory {
  /** Up to this fence all ticks are in the sums. */
  fence: number;
  readonly spans: Map<number, TickSums>;
}

/** How the guards of a rollout went of late, from what its ticks took in. Each tick is read once. */
export class GuardHistory {
  readonly #store: RolloutStore;
  readonly #log: TickLog;
  readonly #known = new Map<string, Promise<Memory>>();

  constructor(store: RolloutStore, log: TickLog) {
    this.#store = store;
    this.#log = log;
  }

  /** Throws `notFound`. */
  async view(name: string, now: number): Promise<SeriesView> {
    const found = await this.#store.find(name);
    if (found === null) throw new CrossfadeError('notFound', `no rollout of a policy ${name}`);
    const { rollout, policy } = found;
    const until = rollout.endedAt ?? now;
    const { spans } = await this.#upToDate(rollout, until - shownMs);
    for (const at of spans.keys()) if (at < until - shownMs - spanMs) spans.delete(at);
    return viewOf(
      rollout.id,
      policy,
      [...spans].toSorted(([a], [b]) => a - b),
      now,
    );
  }

  /** Those who ask at once wait for the same reading. */
  async #upToDate({ id }: Rollout, since: number): Promise<Memory> {
    const before = this.#known.get(id) ?? Promise.resolve({ fence: 0, spans: new Map() });
    const reading = before.then((memory) => this.#read(id, memory, since));
    this.#known.delete(id);
    this.#known.set(id, reading);
    const [oldest] = this.#known.keys();
    if (this.#known.size > remembered && oldest !== undefined) this.#known.delete(oldest);
    // What could not be read is read anew the next time.
    reading.catch(() => this.#known.delete(id));
    return reading;
  }

  async #read(id: string, memory: Memory, since: number): Promise<Memory> {
    for (;;) {
      const ticks = await this.#log.inputs(id, memory.fence, since, ticksPerPage);
      for (const { fence, input } of ticks) {
        const at = Math.floor(input.now / spanMs) * spanMs;
        memory.spans.set(at, addSums(memory.spans.get(at) ?? noSums, sumsOfTick(input)));
        memory.fence = fence;
      }
      if (ticks.length < ticksPerPage) return memory;
    }
  }
}

function viewOf(
  rollout: string,
  { guards }: Policy,
  spans: readonly Span[],
  now: number,
): SeriesView {
  const [first, last] = [spans[0]?.[0] ?? 0, spans.at(-1)?.[0] ?? 0];
  const joined = spanMs * Math.max(1, Math.ceil((last - first) / spanMs / mostPoints));
  const points = joinSpans(spans, joined);
  const lately = spans.filter(([at]) => at >= now - trafficMs).map(([, sums]) => sums);
  const { canary, baseline } = lately.reduce(addSums, noSums);
  return {
    rollout,
    spanMs: joined,
    series: guards.flatMap((guard) => guardSeries(guard, points) ?? []),
    traffic: { canary: canary.requests, baseline: baseline.requests },
  };
}

function joinSpans(spans: readonly Span[], ms: number): readonly Span[] {
  const joined = new Map<number, TickSums>();
  for (const [at, sums] of spans) {
    const begin = Math.floor(at / ms) * ms;
    joined.set(begin, addSums(joined.get(begin) ?? noSums, sums));
  }
  return [...joined];
}
