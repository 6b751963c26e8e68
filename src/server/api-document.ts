import { accessWords } from './auth/access.ts';
import type { Route } from './auth/list-routes.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly 'x-crossfade-access': readonly string[];
  readonly parameters: readonly object[];
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, object>>;
}

/** What `All` stands for: every method that OpenAPI knows. */
const everyMethod = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/**
 * Every route of the server and who may call it, as OpenAPI 3.1, from the routes themselves. What bodies
 * hold is described for the protocol of the SDKs alone, in docs/protocol/openapi.json.
 */
function apiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const methods = route.method === 'ALL' ? everyMethod : [route.method.toLowerCase()];
    for (const method of methods) (paths[route.path] ??= {})[method] = operationOf(route, method);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Crossfade, its HTTP API and who may call it',
      version: '1',
      description: 'What the rules mean stands in docs/access.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        Unauthenticated: { description: 'No token, or one that lets nobody in.' },
        Forbidden: { description: 'A token that is not for this.' },
      },
    },
  };
}

/** The text of `docs/api/openapi.json`. */
export function apiDocumentText(routes: readonly Route[]): string {
  return `${JSON.stringify(apiDocument(routes), null, 2)}\n`;
}

function operationOf({ path, controller, handler, access, method }: Route, as: string): Operation {
  const rules = (access ?? []).map(accessWords);
  const isOpen = rules.includes('anybody');
  const tag = controller.replace(/Controller$/, '');
  return {
    operationId: `${tag}.${handler}${method === 'ALL' ? `.${as}` : ''}`,
    tags: [tag],
    'x-crossfade-access': rules,
    parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    security: isOpen ? [] : [{ token: [] }],
    responses: {
      default: { description: 'The answer, or RFC 9457 problem details with a stable `code`.' },
      ...(isOpen
        ? {}
        : {
            '401': { $ref: '#/components/responses/Unauthenticated' },
            '403': { $ref: '#/components/responses/Forbidden' },
          }),
    },
  };
}
