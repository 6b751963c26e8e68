import { type MiddlewareConsumer, Module } from '@nestjs/common';
import type { NestModule, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import type { Server } from 'node:http';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { InstanceRegistry } from '../../engine/ports/instance-registry.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { allowBrowsers } from '../allow-browsers.ts';
import { built } from '../built.ts';
import { ClientSightings } from './client-sightings.ts';
import { FeaturePolling, isPoll } from './feature-polling.ts';
import { FrontendController } from './frontend.controller.ts';
import { ServedFlags } from './served-flags.ts';
import { ServingModule } from './serving.module.ts';
import { UnleashClientController } from './unleash-client.controller.ts';
import { UnleashStream } from './unleash-stream.ts';

/** Unleash's client and frontend API over whatever `FlagFeed` the application has. */
@Module({
  imports: [ServingModule],
  controllers: [UnleashClientController, FrontendController],
  providers: [
    built(ClientSightings, InstanceRegistry),
    built(FeaturePolling, Doorkeeper, ServedFlags, ClientSightings),
    {
      provide: UnleashStream,
      useFactory: (feed: FlagFeed, served: ServedFlags) => new UnleashStream(feed, served),
      inject: [FlagFeed, ServedFlags],
    },
  ],
})
export class UnleashClientModule implements NestModule, OnModuleInit, OnModuleDestroy {
  private readonly streams: UnleashStream;
  private readonly polling: FeaturePolling;
  private readonly sightings: ClientSightings;
  private readonly adapter: HttpAdapterHost;

  constructor(
    streams: UnleashStream,
    polling: FeaturePolling,
    sightings: ClientSightings,
    adapter: HttpAdapterHost,
  ) {
    this.streams = streams;
    this.polling = polling;
    this.sightings = sightings;
    this.adapter = adapter;
  }

  onModuleInit(): void {
    this.polling.standBefore(this.adapter.httpAdapter.getHttpServer() as Server);
  }

  configure(consumer: MiddlewareConsumer): void {
    // Only what `standBefore` could not answer comes here: its reason becomes the caller's answer.
    const answer = async (request: Request, response: Response, next: NextFunction) =>
      isPoll(request.method, request.originalUrl)
        ? this.polling.answer(request.originalUrl, request.headers, response)
        : next();
    consumer.apply(answer).forRoutes('api/client/features');
    consumer.apply(allowBrowsers).forRoutes('api/frontend{/*rest}');
  }

  /** Before the server stops listening: it waits for open streams. */
  async onModuleDestroy(): Promise<void> {
    this.streams.close();
    await this.sightings.close();
  }
}
