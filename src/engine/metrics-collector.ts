import type { MetricQuery } from '../core/metrics/metric-query.ts';
import { metricQueriesOf } from '../core/metrics/metric-query.ts';
import type { MetricObservation, MetricReading } from '../core/metrics/metric-reading.ts';
import { readCounts } from '../core/metrics/read-counts.ts';
import { doubt, readValue } from '../core/metrics/read-value.ts';
import { readReceived } from '../core/received/read-received.ts';
import { isTerminal } from '../core/rollout/phase.ts';
import { askCounts } from './ask-counts.ts';
import type { Clock } from './ports/clock.ts';
import type { MetricsProvider, MetricsProviders } from './ports/metrics-provider.ts';
import type { MetricStore } from './ports/metric-store.ts';
import type { ReceivedStore } from './ports/received-store.ts';
import type { RolloutStore } from './ports/rollout-store.ts';

/** Questions that one provider is asked at a time. */
const atOnce = 4;

/** A window of counts reaches back over an outage of the provider by so many intervals at the most. */
const longestWindow = 10;

/** A question, the window that it is asked for, and who wants to know. */
interface Due {
  readonly query: MetricQuery;
  readonly from: number;
  readonly at: number;
}

interface Wanted {
  readonly query: MetricQuery;
  readonly policies: ReadonlySet<string>;
}

/**
 * Asks metrics providers on behalf of all active rollouts. Each provider is a lane of its own, so one
 * that hangs delays nobody else. Every question has its own interval, and is asked at whole multiples
 * of it: the same question of several rollouts is one, and of several replicas one asks. That a
 * provider does not answer is an observation too.
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
    for (const { rollout, policy } of await this.#rollouts.active()) {
      if (isTerminal(rollout.phase)) continue;
      for (const query of metricQueriesOf(policy).values()) {
        const lane = laneOf(query);
        const queries = lanes.get(lane) ?? new Map();
        lanes.set(lane, queries);
        const wanted = queries.get(query.key) ?? { query, policies: new Set<string>() };
        queries.set(query.key, wanted);
        wanted.policies.add(policy.name);
      }
    }
    this.#lanes = new Map([...lanes].map(([lane, queries]) => [lane, [...queries.values()]]));
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
    const round = new Round(provider, this.#received);
    const queue = this.#inTurn(due);
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await this.#store.put(next.query.key, await round.observe(next));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const keys = new Set(due.map(({ query }) => query.key));
    const news = wanted.filter(({ query }) => keys.has(query.key));
    return [...new Set(news.flatMap(({ policies }) => [...policies]))];
  }

  /** Each round begins with another question, so that slow ones never starve the others for good. */
  #inTurn(due: readonly Due[]): Due[] {
    this.#turn += 1;
    const first = due.length === 0 ? 0 : (this.#turn * atOnce) % due.length;
    return [...due.slice(first), ...due.slice(0, first)];
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

/**
 * One round of questions to one provider. While it has answered nothing, its first silence ends the
 * round: those that were asked together with that question have waited as long.
 */
class Round {
  readonly #provider: MetricsProvider;
  readonly #received: ReceivedStore;
  #heard = false;
  /** Why the provider was silent when it was asked first; null while it was not. */
  #silence: string | null = null;

  constructor(provider: MetricsProvider, received: ReceivedStore) {
    this.#provider = provider;
    this.#received = received;
  }

  async observe(due: Due): Promise<MetricObservation> {
    const { from, at } = due;
    if (!this.#heard && this.#silence !== null) {
      const reading = doubt('providerError', `not asked: ${this.#silence}`);
      return { from, at, reading };
    }
    return { from, at, reading: await this.#ask(due) };
  }

  async #ask({ query, from, at }: Due): Promise<MetricReading> {
    const { question, intervalMs } = query;
    if (question.kind === 'value') {
      const answer = await this.#provider.value(question.expr, at);
      this.#listen(answer);
      return readValue(answer);
    }
    if (question.kind === 'received') {
      return readReceived(await this.#received.windows(question.migration, from, at));
    }
    const { bad, total } = question;
    const answers = await askCounts(this.#provider, { bad, total, from, at, intervalMs });
    this.#listen(answers.total);
    return readCounts(answers);
  }

  #listen(answer: Awaited<ReturnType<MetricsProvider['value']>>): void {
    if (answer.kind !== 'fault' || !['timeout', 'unreachable'].includes(answer.fault)) {
      this.#heard = true;
      return;
    }
    this.#silence = answer.reason;
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
  return { delayMs: 0, value: () => answer, samples: () => answer };
}
