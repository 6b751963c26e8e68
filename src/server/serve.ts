import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { IncomingMessage } from 'node:http';
import { AppModule } from './app.module.ts';
import { listRoutes, refuseRoutesWithoutRule } from './auth/list-routes.ts';
import type { Config } from './config.ts';
import { isOtlp } from './otlp/message-form.ts';

/** Largest body of a request: evidence of 10,000 units fits, policies are bounded by the language. */
const bodyLimit = '4mb';

/** Starts the server and returns it listening. */
export async function serve(config: Config): Promise<NestExpressApplication> {
  const root = AppModule.of(config);
  refuseRoutesWithoutRule(listRoutes(root));
  const logger = new ConsoleLogger({ json: true, logLevels: levelsFrom(config.logLevel) });
  const app = await NestFactory.create<NestExpressApplication>(root, {
    logger,
    bodyParser: false,
    // Signatures are over the body as it came.
    rawBody: true,
    // Keep-alive connections and streams never end by themselves.
    forceCloseConnections: true,
  });
  app.useBodyParser('json', {
    limit: bodyLimit,
    // Metrics have limits of their own, and are not read before their sender is let in.
    type: (request: IncomingMessage) => isJson(request) && !isOtlp(request.url ?? ''),
  });
  app.disable('x-powered-by');
  app.enableShutdownHooks();
  await app.listen(config.port, config.host);
  logger.log(`listening on ${await app.getUrl()}, data in ${config.dataDir}`, 'crossfade');
  return app;
}

function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/(json|[^;\s]+\+json)\s*(;|$)/i.test(headers['content-type'] ?? '');
}

const levels = ['error', 'warn', 'log', 'debug'] as const;

function levelsFrom(least: (typeof levels)[number]): (typeof levels)[number][] {
  return levels.slice(0, levels.indexOf(least) + 1);
}
