import 'reflect-metadata';
import { Controller, Delete, Get, Module } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { apiDocumentText } from '../api-document.ts';
import { AppModule } from '../app.module.ts';
import { Config } from '../config.ts';
import { For, operator, viewer } from './access.ts';
import { listRoutes, refuseRoutesWithoutRule } from './list-routes.ts';

@Controller('things')
@For(viewer('everywhere'))
class ThingsController {
  @Get(':name')
  read(): void {}

  @Delete(':name')
  @For(operator('everywhere'))
  remove(): void {}
}

@Controller()
class ForgottenController {
  @Get(['old', 'older/*rest'])
  read(): void {}
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

@Module({ imports: [ThingsModule] })
class Root {}

@Module({ imports: [ThingsModule, { module: ThingsModule, controllers: [ForgottenController] }] })
class Careless {}

const server = (): ReturnType<typeof listRoutes> => listRoutes(AppModule.of(Config.read({})));

describe('the routes of a module', () => {
  it('are those of what it imports, each with its own rule or its controller’s', () => {
    const routes = listRoutes({ module: Root });
    expect(routes.map(({ method, path, access }) => [method, path, access])).toEqual([
      ['GET', '/things/{name}', [{ role: 'viewer', in: 'everywhere' }]],
      ['DELETE', '/things/{name}', [{ role: 'operator', in: 'everywhere' }]],
    ]);
    expect(() => refuseRoutesWithoutRule(routes)).not.toThrow();
  });

  it('one of which nobody has said who may call it is refused by name', () => {
    expect(() => refuseRoutesWithoutRule(listRoutes({ module: Careless }))).toThrow(
      'nobody has said who may call GET /old (ForgottenController.read), ' +
        'GET /older/{rest} (ForgottenController.read): mark it by @For(…)',
    );
  });
});

describe('the routes of the server', () => {
  it('have a rule, all of them', () => {
    expect(server().length).toBeGreaterThan(70);
    expect(() => refuseRoutesWithoutRule(server())).not.toThrow();
  });

  it('are what docs/api/openapi.json says; npm run generate writes it', () => {
    expect(readFileSync('docs/api/openapi.json', 'utf8')).toBe(apiDocumentText(server()));
  });
});
