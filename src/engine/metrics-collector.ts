import type { MetricQuery } from '../core/metrics/metric-query.ts';
import { metricQueriesOf } from '../core/metrics/metric-query.ts';
import { isTerminal } from '../core/rollout/phase.ts';
import type { Clock } from './ports/clock.ts';
import type { MetricsProvider, MetricsProviders } from './ports/metrics-provider.ts';
import type { MetricStore } from './ports/metric-store.ts';
import type { ReceivedStore } from './ports/received-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';
import { type Batch, type Due, QuestionBatches } from './question-batches.ts';
import { QuestionRound } from './question-round.ts';

/** Questions that one provider is asked at a time. */
const atOnce = 4;

/** A window of counts reaches back over an outage of the provider by so many intervals at the most. */
const longestWindow = 10;

/** A question, and who wants to know. */
interface Wanted {
  readonly query: MetricQuery;
  readonly policies: ReadonlySet<string>;
}

/**
 * Asks metrics providers on behalf of all active rollouts. Each provider is a lane of its own, so one
 * that hangs delays nobody else. Every question has its own interval, and is asked at whole multiples
 * of it: the same question of several rollouts is one, that of each rollout for its own series is asked
 * for many of them at once, and of several replicas one asks. That a provider does not answer is an
 * observation too.
 */
export class MetricsCollector {
  readonly #rollouts: RolloutStore;
  readonly #store: MetricStore;
  readonly #providers: MetricsProviders;
  readonly #clock: Clock;
  readonly #received: ReceivedStore;
  #lanes: ReadonlyMap<string, readonly Wanted[]> = new Map();
  /** The newest moment that this replica tried to ask each question for. */
  readonly #asked = new Map<string, number>();
  /** What policies ask, by rollout and revision: the same ones are looked at twice a second. */
  #queries: ReadonlyMap<string, readonly MetricQuery[]> = new Map();
  readonly #batches = new Map<string, QuestionBatches>();
  #turn = 0;

  constructor(
    rollouts: RolloutStore,
    store: MetricStore,
    providers: MetricsProviders,
    clock: Clock,
    received: ReceivedStore,
  ) {
    this.#rollouts = rollouts;
    this.#store = store;
    this.#providers = providers;
    this.#clock = clock;
    this.#received = received;
  }

  /** Looks what is to be asked, and returns the lanes: one per provider that anybody needs. */
  async look(): Promise<readonly string[]> {
    const lanes = new Map<string, Map<string, { query: MetricQuery; policies: Set<string> }>>();
    const known = new Map<string, readonly MetricQuery[]>();
    for (const { rollout, policy } of await this.#rollouts.active()) {
      if (isTerminal(rollout.phase)) continue;
      const revision = JSON.stringify([rollout.id, rollout.policyRevision]);
      const asked = this.#queries.get(revision) ?? [...metricQueriesOf(policy).values()];
      known.set(revision, asked);
      for (const query of asked) {
        const lane = laneOf(query);
        const queries = lanes.get(lane) ?? new Map();
        lanes.set(lane, queries);
        const wanted = queries.get(query.key) ?? { query, policies: new Set<string>() };
        queries.set(query.key, wanted);
        wanted.policies.add(policy.name);
      }
    }
    this.#queries = known;
    this.#lanes = new Map([...lanes].map(([lane, queries]) => [lane, [...queries.values()]]));
    for (const lane of this.#batches.keys()) if (!lanes.has(lane)) this.#batches.delete(lane);
    const keys = new Set([...lanes.values()].flatMap((queries) => [...queries.keys()]));
    for (const key of this.#asked.keys()) if (!keys.has(key)) this.#asked.delete(key);
    return [...this.#lanes.keys()];
  }

  /** Asks one provider what is due. Returns the policies that have something new to judge. */
  async collect(lane: string): Promise<readonly string[]> {
    const wanted = this.#lanes.get(lane) ?? [];
    const now = await this.#clock.now();
    const first = wanted.find(({ query }) => slotOf(query, now, 0) > this.#askedAt(query));
    if (first === undefined) return [];
    const provider = await this.#open(first.query);
    const due = await this.#claim(
      wanted.map(({ query }) => query),
      now,
      provider.delayMs,
    );
    const batches = this.#batchesOf(lane, wanted);
    const round = new QuestionRound(provider, this.#received, batches);
    const queue = this.#inTurn(batches.of(due));
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await this.#store.put(await round.observe(next));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const keys = new Set(due.map(({ query }) => query.key));
    const news = wanted.filter(({ query }) => keys.has(query.key));
    return [...new Set(news.flatMap(({ policies }) => [...policies]))];
  }

  /** Each round begins with another question, so that slow ones never starve the others for good. */
  #inTurn(batches: readonly Batch[]): Batch[] {
    this.#turn += 1;
    const first = batches.length === 0 ? 0 : (this.#turn * atOnce) % batches.length;
    return [...batches.slice(first), ...batches.slice(0, first)];
  }

  #batchesOf(lane: string, wanted: readonly Wanted[]): QuestionBatches {
    const batches = this.#batches.get(lane) ?? new QuestionBatches();
    this.#batches.set(lane, batches);
    batches.keepOnly(wanted.map(({ query }) => query));
    return batches;
  }

  #askedAt({ key }: MetricQuery): number {
    return this.#asked.get(key) ?? -Infinity;
  }

  async #open({ project, provider }: MetricQuery): Promise<MetricsProvider> {
    if (provider === null) return nobody;
    try {
      return await this.#providers.open(project, provider);
    } catch (error) {
      return unavailable(error instanceof Error ? error.message : String(error));
    }
  }

  /** The questions whose moment has come, and that no other replica asks for it. */
  async #claim(
    queries: readonly MetricQuery[],
    now: number,
    delayMs: number,
  ): Promise<readonly Due[]> {
    const slots = queries
      .map((query) => ({ query, at: slotOf(query, now, delayMs) }))
      .filter(({ query, at }) => at > this.#askedAt(query));
    if (slots.length === 0) return [];
    const won = await this.#store.claim(slots.map(({ query, at }) => ({ key: query.key, at })));
    for (const { query, at } of slots) this.#asked.set(query.key, at);
    const mine = slots.filter(({ query }) => won.has(query.key));
    const counts = mine.filter(({ query }) => query.question.kind !== 'value');
    const until = await this.#store.countedUntil(counts.map(({ query }) => query.key));
    return mine.map(({ query, at }) => {
      const before = until.get(query.key) ?? at - query.intervalMs;
      return { query, at, from: Math.max(before, at - longestWindow * query.intervalMs) };
    });
  }
}

/** The newest moment that the question is to be asked for; never so long ago that it is stale at once. */
function slotOf({ intervalMs }: MetricQuery, now: number, delayMs: number): number {
  return Math.floor((now - Math.min(delayMs, intervalMs)) / intervalMs) * intervalMs;
}

function laneOf({ project, provider }: MetricQuery): string {
  return provider === null ? 'otlp' : `${project}/${provider}`;
}

/** Stands where nobody is asked: what was sent here is complete as soon as its time is over. */
const nobody: MetricsProvider = unavailable('nobody is asked');

/** A provider that cannot even be asked. */
function unavailable(reason: string): MetricsProvider {
  const answer = Promise.resolve({ kind: 'fault', fault: 'unreachable', reason } as const);
  return { delayMs: 0, value: () => answer, values: () => answer, samples: () => answer };
}
