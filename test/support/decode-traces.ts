import { WireReader } from '../../src/adapters/otlp/wire-reader.ts';
import type { SentTraces } from './trace-receiver.ts';

type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;
type Sent = Writable<SentTraces>;
type SentSpan = Sent['resourceSpans'][number]['scopeSpans'][number]['spans'][number];
type Attribute = SentSpan['attributes'][number];
type Fields = Readonly<Record<number, (reader: WireReader) => void>>;

/**
 * An ExportTraceServiceRequest in the form that it has as JSON, as far as specs look at it. Numbers of fields
 * as in opentelemetry-proto 1.x (trace.proto, common.proto, resource.proto).
 */
export function decodeTraces(body: Buffer): SentTraces {
  const resourceSpans: Sent['resourceSpans'] = [];
  within(new WireReader(body), {
    1: (one) => {
      const each: Sent['resourceSpans'][number] = { resource: { attributes: [] }, scopeSpans: [] };
      message(one, {
        1: (resource) =>
          message(resource, { 1: (pair) => readAttribute(pair, each.resource.attributes) }),
        2: (scope) => {
          const spans: SentSpan[] = [];
          message(scope, { 2: (span) => spans.push(readSpan(span)) });
          each.scopeSpans.push({ spans });
        },
      });
      resourceSpans.push(each);
    },
  });
  return { resourceSpans };
}

function readSpan(reader: WireReader): SentSpan {
  const span: SentSpan = { traceId: '', spanId: '', name: '', attributes: [], links: [] };
  message(reader, {
    1: (id) => (span.traceId = hex(id)),
    2: (id) => (span.spanId = hex(id)),
    4: (id) => (span.parentSpanId = hex(id)),
    5: (text) => (span.name = text.text()),
    9: (pair) => readAttribute(pair, span.attributes),
    13: (link) => {
      const to = { traceId: '', spanId: '' };
      message(link, { 1: (id) => (to.traceId = hex(id)), 2: (id) => (to.spanId = hex(id)) });
      span.links?.push(to);
    },
  });
  return span;
}

function readAttribute(reader: WireReader, into: Attribute[]): void {
  const attribute: Attribute = { key: '', value: {} };
  message(reader, {
    1: (text) => (attribute.key = text.text()),
    2: (value) =>
      message(value, {
        1: (one) => (attribute.value = { stringValue: one.text() }),
        2: (one) => (attribute.value = { boolValue: one.unsigned() !== 0 }),
        3: (one) => (attribute.value = { intValue: one.signed() }),
        4: (one) => (attribute.value = { doubleValue: one.double() }),
      }),
  });
  into.push(attribute);
}

function message(reader: WireReader, fields: Fields): void {
  reader.within((inner) => within(inner, fields));
}

function within(reader: WireReader, fields: Fields): void {
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const field = fields[tag >>> 3];
    // Protobuf's rule: a field that a reader does not know is passed over.
    if (field === undefined) reader.skip(tag);
    else field(reader);
  }
}

function hex(reader: WireReader): string {
  return Buffer.from(reader.opaque(), 'base64').toString('hex');
}
