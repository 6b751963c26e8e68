import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { decodeTraces } from './decode-traces.ts';

/** A span as OTLP sends it, its attributes by name. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly says: Readonly<Record<string, unknown>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface SentSpan extends Omit<ReceivedSpan, 'says' | 'links'> {
  readonly attributes: readonly Attribute[];
  readonly links?: ReceivedSpan['links'];
}

/** An ExportTraceServiceRequest as JSON, as far as anybody looks at it. */
export interface SentTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

/** What collects traces by OTLP/HTTP, and keeps them. */
export class TraceReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly services = new Set<unknown>();
  /** The content types that came. */
  readonly forms = new Set<string>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<TraceReceiver> {
    const receiver = new TraceReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  /** What a process needs to be told to send its traces here, soon; in the form that is usual. */
  get environment(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '500',
    };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (request.method !== 'POST' || request.url !== '/v1/traces') {
      response.writeHead(404).end();
      return;
    }
    const form = request.headers['content-type'] ?? '';
    this.forms.add(form);
    const isJson = form === 'application/json';
    this.#take(isJson ? (JSON.parse(body.toString()) as SentTraces) : decodeTraces(body));
    // An empty answer means that all was taken in; in protobuf that is no byte at all.
    response.writeHead(200, { 'content-type': form }).end(isJson ? '{}' : '');
  }

  #take({ resourceSpans }: SentTraces): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      this.services.add(byName(resource.attributes)['service.name']);
      for (const { attributes, links = [], ...span } of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push({ ...span, links, says: byName(attributes) });
      }
    }
  }
}

function byName(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
