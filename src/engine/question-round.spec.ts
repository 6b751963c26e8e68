import { beforeEach, describe, expect, it } from '@jest/globals';
import type { GroupedAnswer, MetricAnswer } from '../core/metrics/metric-answer.ts';
import { metricQueriesOf } from '../core/metrics/metric-query.ts';
import type { MetricReading } from '../core/metrics/metric-reading.ts';
import { MetricsProvider } from './ports/metrics-provider.ts';
import type { ReceivedStore } from './ports/received-store.ts';
import { type Due, QuestionBatches } from './question-batches.ts';
import { QuestionRound } from './question-round.ts';

const at = 1_000_000;

/** Every rollout's value is 1, asked together or alone, but for those that something is wrong with. */
class Answering extends MetricsProvider {
  override readonly delayMs = 0;
  asked: string[] = [];
  broken: readonly string[] = [];
  missing: readonly string[] = [];
  mostValues = Infinity;
  partial = false;

  override value(expr: string): Promise<MetricAnswer> {
    const answer = this.#answer(expr);
    return Promise.resolve(answer.kind === 'series' ? { ...answer, newestAt: at } : answer);
  }

  override values = (expr: string): Promise<GroupedAnswer> => Promise.resolve(this.#answer(expr));
  override samples = (): Promise<MetricAnswer> =>
    Promise.reject(new Error('nobody asks for samples'));

  #answer(expr: string): GroupedAnswer {
    this.asked.push(expr);
    const names = (/migration=~?"([^"]*)"/.exec(expr)?.[1] ?? '').split('|');
    const fault = (kind: 'rejected' | 'tooLarge') =>
      ({ kind: 'fault', fault: kind, reason: `${kind} it` }) as const;
    if (this.partial) return { kind: 'partial', reason: 'warning' };
    if (names.length > this.mostValues) return fault('tooLarge');
    if (names.some((name) => this.broken.includes(name))) return fault('rejected');
    const found = names.filter((name) => !this.missing.includes(name));
    return {
      kind: 'series',
      series: found.map((migration) => ({ labels: { migration }, samples: [[at, 1]] })),
      newestAt: new Map(found.map((name) => [name, at])),
    };
  }
}

/** A threshold of each rollout, by the same text. */
function due(rollouts: number): Due[] {
  return Array.from({ length: rollouts }, (_, index) => {
    const guard = {
      name: 'slo',
      threshold: 'metric',
      provider: 'main',
      expr: 'sum(x{$rollout})',
      min: 0,
      max: null,
      intervalMs: 10_000,
      windowMs: 60_000,
      failAfter: { failures: 1, of: 1 },
    } as const;
    const policy = { name: `r${index}`, project: 'default', guards: [guard] };
    const query = metricQueriesOf(policy).get('slo');
    if (query === undefined) throw new Error('a guard without a query');
    return { query, from: at - 10_000, at };
  });
}

let provider: Answering;
let batches: QuestionBatches;

beforeEach(() => {
  provider = new Answering();
  batches = new QuestionBatches();
});

/** One round; what each rollout reads, by its number, and how many questions it took. */
async function round(all: readonly Due[]): Promise<[readonly MetricReading[], number]> {
  provider.asked = [];
  const one = new QuestionRound(provider, {} as ReceivedStore, batches);
  const found = new Map<string, MetricReading>();
  for (const batch of batches.of(all)) {
    for (const [key, { reading }] of await one.observe(batch)) found.set(key, reading);
  }
  const readings = all.flatMap(({ query }) => found.get(query.key) ?? []);
  return [readings, provider.asked.length];
}

const value = { kind: 'value', value: 1, newestAt: at };

describe('the question of many rollouts', () => {
  it('is asked as one for 500 of them', async () => {
    const [readings, questions] = await round(due(1_000));
    expect(questions).toBe(2);
    expect(readings).toEqual(Array.from({ length: 1_000 }, () => value));
  });

  it('is asked as it is written where there is only one', async () => {
    await round(due(1));
    expect(provider.asked).toEqual(['sum(x{migration="r0"})']);
  });

  it('is not mixed with that for another window', async () => {
    const [first, ...others] = due(3);
    const [, questions] = await round([{ ...(first as Due), from: at - 30_000 }, ...others]);
    expect(questions).toBe(2);
  });

  it('leaves one without series without data, and nobody else', async () => {
    provider.missing = ['r1'];
    const [readings] = await round(due(3));
    expect(readings).toMatchObject([value, { verdict: 'noData' }, value]);
  });

  it('that was answered with a warning proves nothing to any of them', async () => {
    provider.partial = true;
    const [readings] = await round(due(3));
    expect(readings.map((reading) => reading.kind === 'doubt' && reading.verdict)).toEqual(
      Array.from({ length: 3 }, () => 'inconclusive'),
    );
  });
});

describe('a question that is refused for one of them', () => {
  it('is found by halves, and from then on asked by itself', async () => {
    provider.broken = ['r321'];
    const all = due(500);
    const [first, search] = await round(all);
    expect(search).toBeLessThan(20);
    const isHurt = (readings: readonly MetricReading[]) =>
      readings.flatMap(({ kind }, index) => (kind === 'doubt' ? [index] : []));
    expect(isHurt(first)).toEqual([321]);
    const [second, later] = await round(all);
    expect([isHurt(second), later]).toEqual([[321], 2]);
    provider.broken = [];
    await round(all);
    expect(await round(all)).toMatchObject([{ length: 500 }, 1]);
  });

  it('is not asked a thousand times where it is wrong for all', async () => {
    const all = due(1_000);
    provider.broken = all.map((_, index) => `r${index}`);
    for (let n = 0; n < 6; n += 1) {
      const [readings, questions] = await round(all);
      expect(questions).toBeLessThan(140);
      expect(readings.every((reading) => reading.kind === 'doubt')).toBe(true);
    }
  });
});

describe('an answer that is too large', () => {
  it('is asked for in parts, next time at once', async () => {
    provider.mostValues = 100;
    const all = due(500);
    const [first] = await round(all);
    expect(first.every(({ kind }) => kind === 'value')).toBe(true);
    const [, questions] = await round(all);
    expect(questions).toBe(8);
  });
});
