import { json } from 'node:stream/consumers';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Crossfade } from '@crossfade/sdk';
import type { ServiceRecord } from './service-record.ts';
import type { Found } from './user.ts';
import type { Users } from './users.ts';

interface Body {
  readonly id: number;
  readonly name: string;
  readonly dob: string | null;
}

const path = /^\/clinics\/(?<tenant>[a-z0-9-]+)\/users(?:\/(?<id>\d+))?$/;

/**
 * `GET` and `PUT /clinics/:tenant/users/:id`, `POST /clinics/:tenant/users`. The tenant of the path
 * is the unit; everything below runs in its scope. The answer's header `x-side` says who served it.
 */
export function requestHandler(
  crossfade: Crossfade,
  users: Users,
  record: ServiceRecord,
): RequestListener {
  return (request, response) => {
    const { tenant, id } = path.exec(request.url ?? '')?.groups ?? {};
    if (tenant === undefined) {
      response.writeHead(404).end();
      return;
    }
    const key = id === undefined ? null : Number(id);
    crossfade
      .withUnit(tenant, () => operation(users, request, tenant, key))
      .then((found) => answer(response, found, record))
      .catch((error: unknown) => {
        process.stderr.write(`${request.method ?? ''} ${request.url ?? ''}: ${String(error)}\n`);
        response.writeHead(500).end();
      });
  };
}

async function operation(
  users: Users,
  request: IncomingMessage,
  tenantId: string,
  id: number | null,
): Promise<Found> {
  if (request.method === 'GET' && id !== null) return users.find(tenantId, id);
  const { id: newId, name, dob } = (await json(request)) as Body;
  if (request.method === 'PUT' && id !== null) return users.updateDob(tenantId, id, dob);
  return users.insert({ id: newId, tenantId, name, dob });
}

function answer(response: ServerResponse, found: Found, record: ServiceRecord): void {
  const side = record.answeredWith(found);
  const status = found.user === null ? 404 : 200;
  response.writeHead(status, { 'content-type': 'application/json', 'x-side': side });
  response.end(JSON.stringify(found.user));
}
