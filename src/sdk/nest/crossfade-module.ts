import { ConfigurableModuleBuilder, Global, Module } from '@nestjs/common';
import type { ExecutionContext, FactoryProvider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { createCrossfade } from '../client.ts';
import { Crossfade } from '../crossfade.ts';
import type { UnitId } from '../crossfade.ts';
import type { CrossfadeOptions } from '../options.ts';
import { emitWarning } from '../warnings.ts';
import { ClientLife } from './client-life.ts';
import { UnitInterceptor } from './unit-interceptor.ts';

/** What `CrossfadeModule.forRoot` takes. */
export interface CrossfadeModuleOptions extends CrossfadeOptions {
  /**
   * The unit that a request belongs to, asked once for each request, after the guards. What throws or
   * is nothing belongs to no unit. The context serves whatever is no HTTP.
   */
  // Nest itself hands a request over as `any`: what guards put on it only the application knows.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly unit?: (request: any, context: ExecutionContext) => UnitId;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<CrossfadeModuleOptions>({ moduleName: 'Crossfade' })
    .setClassMethodName('forRoot')
    .build();

/**
 * Connects a NestJS application: `Crossfade` can be injected everywhere, each request is routed by
 * its unit, and the end of the application closes the connection.
 */
export class CrossfadeModule extends ConfigurableModuleClass {}

const providers: readonly FactoryProvider[] = [
  { provide: Crossfade, useFactory: createCrossfade, inject: [MODULE_OPTIONS_TOKEN] },
  {
    provide: ClientLife,
    useFactory: (crossfade: Crossfade) => new ClientLife(crossfade),
    inject: [Crossfade],
  },
  {
    provide: APP_INTERCEPTOR,
    useFactory: (crossfade: Crossfade, options: CrossfadeModuleOptions) =>
      new UnitInterceptor(crossfade, options.unit, options.onWarning ?? emitWarning),
    inject: [Crossfade, MODULE_OPTIONS_TOKEN],
  },
];

// Calls instead of decorators: this file runs as it is compiled, by erasing types alone.
Module({ providers: [...providers], exports: [Crossfade] })(CrossfadeModule);
Global()(CrossfadeModule);
