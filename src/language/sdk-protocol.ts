import { z } from 'zod';
import { instanceReport } from './instance-report.ts';
import { routeShape, routesShape } from './route-shape.ts';

/** An OpenAPI document, as far as it is read here. */
export interface ProtocolDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
  readonly [keyword: string]: unknown;
}

interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: unknown }>>;
}

const problemShape = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('Stable; what a client may branch on.'),
    detail: z.string().describe('For people.'),
  })
  .meta({ description: 'RFC 9457 problem details.' });

const shapes = {
  Problem: problemShape,
  Report: instanceReport,
  Route: routeShape,
  Routes: routesShape,
};

const ref = (name: keyof typeof shapes): object => ({ $ref: `#/components/schemas/${name}` });

const problem = (description: string): Response => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});

/** How every call may be refused. */
const refusals = {
  '401': problem('No token, or an unknown one. Say so, and try again: a token may come back.'),
  '403': problem('A token of another scope than `sdk`.'),
  '500': problem('A fault of the server. Try again.'),
  '503': problem('Its database is away. Try again; `Retry-After` says when.'),
};

const report: Operation = {
  operationId: 'report',
  summary: 'Heartbeat, acknowledgement and evidence in one; answered by the routes to follow.',
  requestBody: { required: true, content: { 'application/json': { schema: ref('Report') } } },
  responses: {
    '200': {
      description: 'Every route among `implements` whose revision is not the acknowledged one.',
      content: { 'application/json': { schema: ref('Routes') } },
    },
    '400': problem('No JSON. Give the batch up.'),
    '413': problem('More than 4 MiB. Give the batch up, and send smaller ones.'),
    '422': problem('Against the schema, or impossible. Give the batch up.'),
    ...refusals,
  },
};

const parameter = (name: string, description: string): object => ({
  name,
  in: 'query',
  required: true,
  description,
  schema: { type: 'string' },
});

const stream: Operation = {
  operationId: 'stream',
  summary: 'Routes as they change, by server-sent events.',
  parameters: [
    parameter('service', 'As in reports.'),
    parameter('instance', 'As in reports.'),
    parameter('implements', 'Names of migrations with commas between them.'),
  ],
  responses: {
    '200': {
      description:
        'Event `routes` with data of the schema `Routes`: at once, then whenever one changed. A comment at least every ten seconds: after thirty seconds of silence the line is broken.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    ...refusals,
  },
};

/** What an SDK speaks, as OpenAPI 3.1; made from the shapes that parse. */
export function sdkProtocol(): ProtocolDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Crossfade, the protocol of its SDKs',
      version: '1',
      description: 'What the calls mean, and what a client has to do, stands in docs/protocol.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths: {
      '/api/v1/sdk/report': { post: report },
      '/api/v1/sdk/stream': { get: stream },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: schemas(),
    },
  } as ProtocolDocument;
}

/** The text of `docs/protocol/openapi.json`. */
export function sdkProtocolText(): string {
  return `${JSON.stringify(sdkProtocol(), null, 2)}\n`;
}

function schemas(): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const [id, shape] of Object.entries(shapes)) registry.add(shape, { id });
  const made = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  // Within a document a schema is known by its place: these two would say something else.
  const own = (keyword: string): boolean => keyword !== '$schema' && keyword !== '$id';
  return Object.fromEntries(
    Object.entries(made.schemas).map(([name, schema]) => [
      name,
      Object.fromEntries(Object.entries(schema).filter(([keyword]) => own(keyword))),
    ]),
  );
}
