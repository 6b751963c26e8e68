import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Response } from 'express';
import type { InstanceReport, ReportAnswer } from '../../core/protocol/report.ts';
import { checkBatch } from '../../core/judge/check-evidence.ts';
import { Intake } from '../../engine/ports/intake.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { Pulse } from '../engine/pulse.ts';
import { EventStream } from '../event-stream.ts';
import { RouteStreams } from './route-streams.ts';

@Injectable()
export class SdkService implements OnModuleDestroy {
  private readonly intake: Intake;
  private readonly rollouts: RolloutStore;
  private readonly feed: RouteFeed;
  private readonly pulse: Pulse;
  private readonly streams: RouteStreams;

  constructor(
    intake: Intake,
    rollouts: RolloutStore,
    feed: RouteFeed,
    pulse: Pulse,
    streams: RouteStreams,
  ) {
    this.intake = intake;
    this.rollouts = rollouts;
    this.feed = feed;
    this.pulse = pulse;
    this.streams = streams;
  }

  /** Takes a report in and answers with the routes that the instance does not run yet. */
  async report(report: InstanceReport): Promise<ReportAnswer> {
    // An impossible batch is refused at the door; inside it would stop every tick of its rollout.
    for (const batch of report.evidence) checkBatch(batch);
    await this.rollouts.wake(await this.intake.report(report));
    this.pulse.hurry();
    const running = new Map(report.acknowledged.map((entry) => [entry.migration, entry.revision]));
    const routes = await this.feed.routes();
    return {
      routes: routes.filter(
        ({ migration, revision }) =>
          report.implements.includes(migration) && running.get(migration) !== revision,
      ),
    };
  }

  /** Sends every wanted route at once and each again whenever it changed, until either side hangs up. */
  async stream(migrations: readonly string[], response: Response): Promise<void> {
    const client = new EventStream(response);
    const leave = await this.streams.join(migrations, client);
    // Who hung up while the routes were read has joined all the same, and leaves at once.
    client.onLeave(leave);
  }

  /** Before the server waits for open connections to end, which streams never do by themselves. */
  onModuleDestroy(): void {
    this.streams.close();
  }
}
