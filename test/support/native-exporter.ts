import { createServer, type Server } from 'node:http';

type Labels = Readonly<Record<string, string>>;

/** What an application has seen: how often each duration, in seconds, under some labels. */
interface Observed {
  readonly labels: Labels;
  readonly durations: Map<number, number>;
}

const contentType =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/**
 * An application that exports one native histogram, in the only format that carries one: delimited
 * messages of io.prometheus.client.MetricFamily, as metrics.proto of prometheus/client_model has them.
 */
export class NativeExporter {
  /** 2 to the power of it: buckets per doubling. One that is lowered is what happens to full histograms. */
  schema = 3;
  readonly server: Server = createServer((_, response) => {
    response.setHeader('content-type', contentType).end(this.#family());
  });
  readonly #name: string;
  readonly #observed = new Map<string, Observed>();

  constructor(name: string) {
    this.#name = name;
  }

  /** 0 falls into the zero bucket. */
  observe(labels: Labels, seconds: number, times: number): void {
    const key = JSON.stringify(labels);
    const { durations } = this.#observed.get(key) ?? { durations: new Map<number, number>() };
    durations.set(seconds, (durations.get(seconds) ?? 0) + times);
    this.#observed.set(key, { labels, durations });
  }

  restart(): void {
    this.#observed.clear();
  }

  #family(): Buffer {
    const metrics = [...this.#observed.values()].map((one) => message(4, this.#metric(one)));
    const histogram = 4;
    const family = Buffer.concat([text(1, this.#name), number(3, histogram), ...metrics]);
    return Buffer.concat([varint(family.length), family]);
  }

  #metric({ labels, durations }: Observed): Buffer {
    const pairs = Object.entries(labels).map(([name, value]) =>
      message(1, Buffer.concat([text(1, name), text(2, value)])),
    );
    return Buffer.concat([...pairs, message(7, this.#histogram(durations))]);
  }

  #histogram(durations: ReadonlyMap<number, number>): Buffer {
    const all = [...durations];
    const counts = new Map<number, number>();
    for (const [seconds, times] of all) {
      if (seconds === 0) continue;
      const bucket = Math.ceil(Math.log2(seconds) * 2 ** this.schema);
      counts.set(bucket, (counts.get(bucket) ?? 0) + times);
    }
    const count = all.reduce((sum, [, times]) => sum + times, 0);
    const total = all.reduce((sum, [seconds, times]) => sum + seconds * times, 0);
    return Buffer.concat([
      number(1, count),
      double(2, total),
      number(5, zigzag(this.schema)),
      double(6, 2 ** -128),
      number(7, durations.get(0) ?? 0),
      ...positive(counts),
    ]);
  }
}

/** A span of one bucket for each, and how much more than the one before it holds. */
function positive(counts: ReadonlyMap<number, number>): readonly Buffer[] {
  const filled = [...counts].toSorted(([a], [b]) => a - b);
  return filled.flatMap(([bucket, count], index) => {
    const [before, held] = filled[index - 1] ?? [-1, 0];
    const offset = index === 0 ? bucket : bucket - before - 1;
    const span = Buffer.concat([number(1, zigzag(offset)), number(2, 1)]);
    return [message(12, span), number(13, zigzag(count - held))];
  });
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(field * 8 + 1), bytes]);
}

function message(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
