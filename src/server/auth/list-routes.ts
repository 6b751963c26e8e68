import { type DynamicModule, RequestMethod } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import { type Access, accessKey } from './access.ts';

/** One way into the server. */
export interface Route {
  readonly method: string;
  /** As in OpenAPI: `/api/v1/rollouts/{name}`. */
  readonly path: string;
  readonly controller: string;
  readonly handler: string;
  /** Null where nobody has said who may. */
  readonly access: readonly Access[] | null;
}

type Class = { readonly name: string; readonly prototype: object };

/** Every route of a module and of all that it imports, read from what the decorators left; nothing is started. */
export function listRoutes(root: DynamicModule): readonly Route[] {
  const controllers = new Set<Class>();
  gather(root, controllers, new Set());
  return [...controllers].flatMap(routesOf);
}

/** Throws `internal` when a route has no rule: who may call it has to be said. */
export function refuseRoutesWithoutRule(routes: readonly Route[]): void {
  const open = routes.filter(({ access }) => access === null);
  if (open.length === 0) return;
  const names = open.map(({ method, path, controller, handler }) => {
    return `${method} ${path} (${controller}.${handler})`;
  });
  const words = `nobody has said who may call ${names.join(', ')}: mark it by @For(…)`;
  throw new CrossfadeError('internal', words);
}

function gather(part: unknown, controllers: Set<Class>, seen: Set<unknown>): void {
  if (part === null || part === undefined || seen.has(part)) return;
  seen.add(part);
  const given = typeof part === 'object' ? (part as Partial<DynamicModule>) : {};
  const own = typeof part === 'function' ? part : given.module;
  for (const controller of [...marked(own, 'controllers'), ...(given.controllers ?? [])]) {
    controllers.add(controller as Class);
  }
  for (const next of [...marked(own, 'imports'), ...(given.imports ?? [])]) {
    gather(next, controllers, seen);
  }
}

function routesOf(controller: Class): readonly Route[] {
  return Object.getOwnPropertyNames(controller.prototype).flatMap((handler) => {
    const method: unknown = Reflect.get(controller.prototype, handler);
    if (handler === 'constructor' || typeof method !== 'function') return [];
    const paths = marked(method, 'path');
    if (paths.length === 0) return [];
    const verb = Reflect.getMetadata('method', method) as RequestMethod;
    const access: readonly Access[] | undefined =
      Reflect.getMetadata(accessKey, method) ?? Reflect.getMetadata(accessKey, controller);
    return marked(controller, 'path').flatMap((prefix) =>
      paths.map((path) => ({
        method: RequestMethod[verb],
        path: joined(String(prefix), String(path)),
        controller: controller.name,
        handler,
        access: access ?? null,
      })),
    );
  });
}

function marked(on: unknown, key: string): readonly unknown[] {
  if (typeof on !== 'function') return [];
  const value: unknown = Reflect.getMetadata(key, on);
  return value === undefined ? [] : [value].flat();
}

function joined(...parts: readonly string[]): string {
  const path = parts.flatMap((part) => part.split('/')).filter((part) => part !== '');
  return `/${path.join('/')}`.replaceAll(/\/?\{[^}]*\}/g, '').replaceAll(/[:*](\w+)/g, '{$1}');
}
