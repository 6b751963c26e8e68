import type { ReceivedMessage } from '../../core/received/series-point.ts';
import {
  isKnown,
  MessageBuilder,
  senderOf,
  type SentPoint,
  type SentValue,
} from './sent-metric.ts';
import { MalformedMessage } from './wire-reader.ts';

type Json = Readonly<Record<string, unknown>>;
type Attributes = Record<string, string>;

/**
 * Reads an ExportMetricsServiceRequest in JSON: names in lowerCamelCase, enumerations as numbers,
 * whole numbers of 64 bits as numbers or texts, unknown fields ignored.
 * @throws MalformedMessage
 */
export function decodeJson(text: string): ReceivedMessage {
  const builder = new MessageBuilder();
  for (const each of listOf(mappingOf(parsed(text), 'the message'), 'resourceMetrics')) {
    const resource = attributesOf(partOf(each, 'resource'));
    for (const scoped of listOf(each, 'scopeMetrics')) {
      const { name, version } = partOf(scoped, 'scope');
      const scope = `${textOf(name)}${version === undefined ? '' : `@${textOf(version)}`}`;
      const sender = senderOf(resource, scope);
      for (const metric of listOf(scoped, 'metrics')) addMetric(builder, sender, metric);
    }
  }
  return builder.message;
}

const readers: Readonly<Record<string, ((point: Json) => SentValue) | null>> = {
  sum: ({ asInt, asDouble }) => ({ kind: 'number', number: numberOf(asInt ?? asDouble) }),
  histogram: ({ explicitBounds, bucketCounts }) => ({
    kind: 'explicit',
    bounds: numbersOf(explicitBounds),
    counts: numbersOf(bucketCounts),
  }),
  exponentialHistogram: ({ scale, zeroCount, positive }) => {
    const { offset, bucketCounts } = (positive ?? {}) as Json;
    return {
      kind: 'exponential',
      scale: numberOf(scale ?? 0),
      zeroCount: numberOf(zeroCount ?? 0),
      positive: { offset: numberOf(offset ?? 0), bucketCounts: numbersOf(bucketCounts) },
    };
  },
  gauge: null,
  summary: null,
};

function addMetric(builder: MessageBuilder, sender: string, metric: Json): void {
  const name = textOf(metric['name']);
  const points: SentPoint[] = [];
  let [others, temporality, isMonotonic] = [0, 0, false];
  for (const [kind, read] of Object.entries(readers)) {
    if (metric[kind] === undefined) continue;
    const body = mappingOf(metric[kind], kind);
    const sent = listOf(body, 'dataPoints');
    temporality = numberOf(body['aggregationTemporality'] ?? 0);
    isMonotonic = body['isMonotonic'] === true;
    if (read === null || !isKnown(name)) others += sent.length;
    else for (const point of sent) points.push(pointOf(point, read(point)));
  }
  const unit = textOf(metric['unit']);
  builder.add(sender, { name, unit, temporality, isMonotonic, points, others });
}

function pointOf(point: Json, value: SentValue): SentPoint {
  return {
    attributes: attributesOf(point),
    startAt: numberOf(point['startTimeUnixNano'] ?? 0),
    at: numberOf(point['timeUnixNano']),
    flags: numberOf(point['flags'] ?? 0),
    value,
  };
}

function attributesOf(holder: Json): Attributes {
  const attributes: Attributes = {};
  for (const { key, value } of listOf(holder, 'attributes')) {
    attributes[textOf(key)] = valueText(value);
  }
  return attributes;
}

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { stringValue, boolValue, intValue, doubleValue } = value as Json;
  if (typeof stringValue === 'string') return stringValue;
  const plain = intValue ?? doubleValue ?? boolValue;
  return plain === undefined ? JSON.stringify(value) : textOf(plain);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new MalformedMessage(`no JSON: ${words}`);
  }
}

function mappingOf(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new MalformedMessage(`${what} is no mapping`);
}

/** A list of mappings; what is not there is empty. */
function listOf(holder: Json, name: string): readonly Json[] {
  const list = holder[name] ?? [];
  if (!Array.isArray(list)) throw new MalformedMessage(`${name} is no list`);
  for (const item of list) mappingOf(item, `an item of ${name}`);
  return list as readonly Json[];
}

function partOf(holder: Json, name: string): Json {
  return mappingOf(holder[name] ?? {}, name);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/** NaN for what is no number, which no point gets through with. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

function numbersOf(value: unknown): readonly number[] {
  if (!Array.isArray(value)) return [];
  const isPlain = value.every((item) => typeof item === 'number');
  return isPlain ? (value as readonly number[]) : value.map(numberOf);
}
