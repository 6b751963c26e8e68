import type { ReceivedMessage } from '../../core/received/series-point.ts';
import {
  isKnown,
  MessageBuilder,
  senderOf,
  type SentPoint,
  type SentValue,
} from './sent-metric.ts';
import { WireReader } from './wire-reader.ts';

type Fields = Readonly<Record<number, (reader: WireReader, tag: number) => void>>;
type Attributes = Record<string, string>;

/**
 * Reads an ExportMetricsServiceRequest. Fields that are not needed are skipped. Numbers of fields as in
 * opentelemetry-proto 1.x (metrics.proto, common.proto, resource.proto).
 * @throws MalformedMessage
 */
export function decodeProtobuf(body: Buffer): ReceivedMessage {
  const builder = new MessageBuilder();
  readFields(new WireReader(body), {
    1: (request) => request.within((reader) => readResourceMetrics(reader, builder)),
  });
  return builder.message;
}

function readFields(reader: WireReader, fields: Fields): void {
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const field = fields[tag >>> 3];
    if (field === undefined) reader.skip(tag);
    else field(reader, tag);
  }
}

/** The resource usually comes first, but need not: metrics are read once it is known. */
function readResourceMetrics(reader: WireReader, builder: MessageBuilder): void {
  const resource: Attributes = {};
  const scopes: WireReader[] = [];
  readFields(reader, {
    1: (message) =>
      message.within((within) => readFields(within, { 1: (one) => readAttribute(one, resource) })),
    2: (message) => scopes.push(message.part()),
  });
  for (const scope of scopes) readScopeMetrics(scope, resource, builder);
}

function readScopeMetrics(reader: WireReader, resource: Attributes, builder: MessageBuilder): void {
  let scope = '';
  const metrics: WireReader[] = [];
  readFields(reader, {
    1: (message) =>
      message.within((within) =>
        readFields(within, {
          1: (one) => (scope = `${one.text()}${scope}`),
          2: (one) => (scope = `${scope}@${one.text()}`),
        }),
      ),
    2: (message) => metrics.push(message.part()),
  });
  const sender = senderOf(resource, scope);
  for (const metric of metrics) readMetric(metric, sender, builder);
}

type ReadPoint = (reader: WireReader) => SentPoint;

function readMetric(reader: WireReader, sender: string, builder: MessageBuilder): void {
  const metric = { name: '', unit: '', temporality: 0, isMonotonic: false, others: 0 };
  const points: SentPoint[] = [];
  const bodies: (readonly [body: WireReader, read: ReadPoint | null])[] = [];
  const body =
    (read: ReadPoint | null) =>
    (message: WireReader): void =>
      void bodies.push([message.part(), read]);
  readFields(reader, {
    1: (message) => (metric.name = message.text()),
    3: (message) => (metric.unit = message.text()),
    5: body(null),
    7: body(readNumber),
    9: body(readHistogram),
    10: body(readExponential),
    11: body(null),
  });
  const isWanted = isKnown(metric.name);
  for (const [within, read] of bodies) {
    readFields(within, {
      1: (message, tag) => {
        if (isWanted && read !== null) points.push(message.within(read));
        else {
          metric.others += 1;
          message.skip(tag);
        }
      },
      2: (message) => (metric.temporality = message.unsigned()),
      3: (message) => (metric.isMonotonic = message.unsigned() !== 0),
    });
  }
  builder.add(sender, { ...metric, points });
}

function readNumber(reader: WireReader): SentPoint {
  const attributes: Attributes = {};
  let [startAt, at, flags, number] = [0, 0, 0, Number.NaN];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === 7) readAttribute(reader, attributes);
    else if (tag >>> 3 === 2) startAt = reader.fixed64();
    else if (tag >>> 3 === 3) at = reader.fixed64();
    else if (tag >>> 3 === 4) number = reader.double();
    else if (tag >>> 3 === 6) number = reader.signedFixed64();
    else if (tag >>> 3 === 8) flags = reader.unsigned();
    else reader.skip(tag);
  }
  return { attributes, startAt, at, flags, value: { kind: 'number', number } };
}

function readHistogram(reader: WireReader): SentPoint {
  const attributes: Attributes = {};
  const bounds: number[] = [];
  const counts: number[] = [];
  let [startAt, at, flags] = [0, 0, 0];
  readFields(reader, {
    2: (message) => (startAt = message.fixed64()),
    3: (message) => (at = message.fixed64()),
    6: (message, tag) => message.numbers(tag, counts, fixed64),
    7: (message, tag) => message.numbers(tag, bounds, double),
    9: (message) => readAttribute(message, attributes),
    10: (message) => (flags = message.unsigned()),
  });
  return { attributes, startAt, at, flags, value: { kind: 'explicit', bounds, counts } };
}

function readExponential(reader: WireReader): SentPoint {
  const attributes: Attributes = {};
  const positive = { offset: 0, bucketCounts: [] as number[] };
  let [startAt, at, flags, scale, zeroCount] = [0, 0, 0, 0, 0];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === 1) readAttribute(reader, attributes);
    else if (tag >>> 3 === 2) startAt = reader.fixed64();
    else if (tag >>> 3 === 3) at = reader.fixed64();
    else if (tag >>> 3 === 6) scale = reader.zigzag();
    else if (tag >>> 3 === 7) zeroCount = reader.fixed64();
    else if (tag >>> 3 === 8) reader.within((buckets) => readBuckets(buckets, positive));
    else if (tag >>> 3 === 10) flags = reader.unsigned();
    else reader.skip(tag);
  }
  const value: SentValue = { kind: 'exponential', scale, zeroCount, positive };
  return { attributes, startAt, at, flags, value };
}

function readBuckets(
  reader: WireReader,
  into: { offset: number; readonly bucketCounts: number[] },
): void {
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === 1) into.offset = reader.zigzag();
    else if (tag >>> 3 === 2) reader.unsignedNumbers(tag, into.bucketCounts);
    else reader.skip(tag);
  }
}

const fixed64 = (reader: WireReader): number => reader.fixed64();
const double = (reader: WireReader): number => reader.double();

function readAttribute(reader: WireReader, into: Attributes): void {
  reader.within((pair) => {
    let [key, value] = ['', ''];
    for (let tag = pair.tag(); tag !== 0; tag = pair.tag()) {
      if (tag >>> 3 === 1) key = pair.text();
      else if (tag >>> 3 === 2) value = pair.within(readValue);
      else pair.skip(tag);
    }
    into[key] = value;
  });
}

/** Lists and mappings are nobody's label: they only tell senders apart, so their bytes will do. */
function readValue(reader: WireReader): string {
  let text = '';
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === 1) text = reader.text();
    else if (tag >>> 3 === 2) text = String(reader.unsigned() !== 0);
    else if (tag >>> 3 === 3) text = String(reader.signed());
    else if (tag >>> 3 === 4) text = String(reader.double());
    else if ([5, 6, 7].includes(tag >>> 3)) text = reader.opaque();
    else reader.skip(tag);
  }
  return text;
}
