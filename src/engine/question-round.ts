import type { GroupedAnswer, MetricAnswer } from '../core/metrics/metric-answer.ts';
import type { MetricObservation, MetricReading } from '../core/metrics/metric-reading.ts';
import { doubt, readValue } from '../core/metrics/read-value.ts';
import { readReceived } from '../core/received/read-received.ts';
import { askSource } from './ask-source.ts';
import { askTogether } from './ask-together.ts';
import { AskedOnce } from './asked-once.ts';
import type { MetricsProvider } from './ports/metrics-provider.ts';
import type { ReceivedStore } from './ports/received-store.ts';
import type { Batch, Due, QuestionBatches } from './question-batches.ts';

/** Refused batches that are halved in one round at the most; nine halvings find one of 500. */
const mostHalvings = 32;

/**
 * One round of questions to one provider. While it has answered nothing, its first silence ends the
 * round: those that were asked together with that question have waited as long.
 */
export class QuestionRound {
  readonly #provider: MetricsProvider;
  readonly #received: ReceivedStore;
  readonly #batches: QuestionBatches;
  #halvings = 0;
  #heard = false;
  /** Why the provider was silent when it was asked first; null while it was not. */
  #silence: string | null = null;

  constructor(provider: MetricsProvider, received: ReceivedStore, batches: QuestionBatches) {
    this.#provider = new AskedOnce(provider);
    this.#received = received;
    this.#batches = batches;
  }

  /** What came of each question of the batch, by its key. */
  async observe(batch: Batch): Promise<ReadonlyMap<string, MetricObservation>> {
    const readings = await this.#readings(batch);
    return new Map(
      batch.flatMap(({ query, from, at }, index) => {
        const reading = readings[index];
        return reading === undefined ? [] : [[query.key, { from, at, reading }] as const];
      }),
    );
  }

  async #readings(batch: Batch): Promise<readonly MetricReading[]> {
    const [first] = batch;
    if (first === undefined) return [];
    if (!this.#heard && this.#silence !== null) {
      const spared = doubt('providerError', `not asked: ${this.#silence}`);
      return batch.map(() => spared);
    }
    const { shared } = first.query;
    if (batch.length === 1 || shared === null) return [await this.#single(first)];
    return this.#together(batch, first);
  }

  /** What is refused for all of them may be the fault of one: the halves are asked by themselves. */
  async #together(batch: Batch, { query, from, at }: Due): Promise<readonly MetricReading[]> {
    const question = query.shared?.question;
    if (question === undefined) return [];
    const owners = batch.map((due) => due.query.own);
    const { intervalMs } = query;
    const asked = { question, owners, from, at, intervalMs };
    const { readings, answer } = await askTogether(this.#provider, asked);
    this.#listen(answer);
    if (!isRefused(answer) || !this.#mayHalve()) return readings;
    this.#halvings += 1;
    if (answer.fault === 'tooLarge') this.#batches.tooMany(batch);
    const middle = Math.ceil(batch.length / 2);
    const halves = [batch.slice(0, middle), batch.slice(middle)];
    return (await Promise.all(halves.map((half) => this.#readings(half)))).flat();
  }

  #mayHalve(): boolean {
    return this.#halvings < mostHalvings && this.#batches.mayPart();
  }

  async #single(due: Due): Promise<MetricReading> {
    const { query, from, at } = due;
    const { question, own, intervalMs } = query;
    if (question.kind === 'received') {
      return readReceived(await this.#received.windows(question.migration, from, at));
    }
    if (question.kind === 'value') {
      const answer = await this.#provider.value(question.expr, at);
      this.#heardAlone(due, answer);
      return readValue(answer);
    }
    const { reading, answer } = await askSource(this.#provider, question, {
      own,
      from,
      at,
      intervalMs,
    });
    this.#heardAlone(due, answer);
    return reading;
  }

  #heardAlone(due: Due, answer: MetricAnswer): void {
    this.#listen(answer);
    this.#batches.asked(due, isRefused(answer));
  }

  #listen(answer: MetricAnswer | GroupedAnswer): void {
    if (answer.kind !== 'fault' || !['timeout', 'unreachable'].includes(answer.fault)) {
      this.#heard = true;
      return;
    }
    this.#silence = answer.reason;
  }
}

function isRefused(
  answer: MetricAnswer | GroupedAnswer,
): answer is Extract<MetricAnswer, { kind: 'fault' }> {
  return answer.kind === 'fault' && ['rejected', 'tooLarge'].includes(answer.fault);
}
