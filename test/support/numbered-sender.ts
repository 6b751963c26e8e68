import { setTimeout as sleep } from 'node:timers/promises';

/** Where metrics are posted to, by whose right, and about what. */
export interface SendingTo {
  readonly url: string;
  readonly token: string;
  readonly migration: string;
}

/** Between two tries of the same message. Milliseconds. */
const again = 50;

/**
 * An application that sends one message after the other, each until it is acknowledged. The nth tells of
 * n operations in a bucket of the sender's own, so each sum says which of them were counted.
 */
export class NumberedSender {
  /** The bucket that it counts in. */
  readonly bucket: number;
  /** How many messages were acknowledged. */
  acknowledged = 0;
  /** Requests that were cut off before they were answered; those that nobody took in are none. */
  cut = 0;
  readonly #to: SendingTo;
  #isStopped = false;
  readonly #isCumulative: boolean;
  readonly #startAt = BigInt(Date.now()) * 1_000_000n;

  constructor(bucket: number, to: SendingTo) {
    this.bucket = bucket;
    this.#to = to;
    this.#isCumulative = bucket % 2 === 0;
  }

  /** Sends on until so many messages are acknowledged, whoever goes away meanwhile. Throws when one is refused. */
  async sendUntil(last: number): Promise<void> {
    while (!this.#isStopped && this.acknowledged < last) {
      const isTaken = await this.#post(this.acknowledged + 1);
      if (isTaken) this.acknowledged += 1;
      else await sleep(again);
    }
  }

  /** Nothing more is tried, whatever has not been acknowledged. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Sends the last acknowledged message once more, as one does who never got to read the answer. */
  async repeat(): Promise<void> {
    await this.#post(this.acknowledged);
  }

  async #post(n: number): Promise<boolean> {
    try {
      const response = await fetch(`${this.#to.url}/v1/metrics`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.#to.token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(this.#message(n)),
      });
      const said = await response.text();
      if (response.status === 503) return false;
      if (response.status !== 200 || said !== '{}') throw new Error(`${response.status} ${said}`);
      return true;
    } catch (fault) {
      // What `fetch` throws when a connection is cut, or cannot be made; by name, since it comes from another realm.
      const { name, cause } = fault as Error;
      if (name !== 'TypeError') throw fault;
      if ((cause as { code?: unknown } | undefined)?.code !== 'ECONNREFUSED') this.cut += 1;
      return false;
    }
  }

  #message(n: number): object {
    const at = (message: number): string => `${this.#startAt + BigInt(message) * 1_000_000n}`;
    const labels = { migration: this.#to.migration, cohort: 'canary', operation: 'read' };
    const attributes = { ...labels, bucket: `${this.bucket}`, outcome: 'ok' };
    const point = {
      startTimeUnixNano: this.#isCumulative ? at(0) : at(n - 1),
      timeUnixNano: at(n),
      asInt: `${this.#isCumulative ? sumTo(n) : n}`,
      attributes: textual(attributes),
    };
    const aggregationTemporality = this.#isCumulative ? 2 : 1;
    const sum = { aggregationTemporality, isMonotonic: true, dataPoints: [point] };
    const metrics = [{ name: 'migration.operations', sum }];
    const resource = { attributes: textual({ 'service.instance.id': `sender ${this.bucket}` }) };
    return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 's' }, metrics }] }] };
  }
}

/** The operations that the first `n` messages tell of. */
export function sumTo(n: number): number {
  return (n * (n + 1)) / 2;
}

function textual(attributes: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
