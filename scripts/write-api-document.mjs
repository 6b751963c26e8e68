// Writes docs/api/openapi.json from the routes of the server. Decorators have to be compiled, so this
// reads the built server.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import 'reflect-metadata';

const root = new URL('..', import.meta.url);
execFileSync(process.execPath, ['scripts/ensure-built.mjs', 'server'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
/** @param {string} path */
const built = (path) => import(new URL(`dist/src/server/${path}.js`, root).href);
const [{ AppModule }, { Config }, { listRoutes }, { apiDocumentText }] = await Promise.all(
  ['app.module', 'config', 'auth/list-routes', 'api-document'].map(built),
);
mkdirSync(new URL('docs/api/', root), { recursive: true });
const text = apiDocumentText(listRoutes(AppModule.of(Config.read({}))));
writeFileSync(new URL('docs/api/openapi.json', root), text);
