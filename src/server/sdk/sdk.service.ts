import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { InstanceReport, ReportAnswer, RoutesEvent } from '../../core/protocol/report.ts';
import type { Route } from '../../core/protocol/route.ts';
import { checkBatch } from '../../core/judge/check-evidence.ts';
import { Intake } from '../../engine/ports/intake.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { RouteFeed } from '../../engine/ports/route-feed.ts';
import { Pulse } from '../engine/pulse.ts';

/** A comment this often keeps proxies and read timeouts content. Milliseconds. */
const pingMs = 10_000;

@Injectable()
export class SdkService implements OnModuleDestroy {
  private readonly intake: Intake;
  private readonly rollouts: RolloutStore;
  private readonly feed: RouteFeed;
  private readonly pulse: Pulse;
  private readonly streams = new Set<Response>();

  constructor(intake: Intake, rollouts: RolloutStore, feed: RouteFeed, pulse: Pulse) {
    this.intake = intake;
    this.rollouts = rollouts;
    this.feed = feed;
    this.pulse = pulse;
  }

  /** Takes a report in and answers with the routes that the instance does not run yet. */
  async report(report: InstanceReport): Promise<ReportAnswer> {
    // An impossible batch is refused at the door; inside it would stop every tick of its rollout.
    for (const batch of report.evidence) checkBatch(batch);
    await this.rollouts.wake(await this.intake.report(report));
    this.pulse.hurry();
    const running = new Map(report.acknowledged.map((entry) => [entry.migration, entry.revision]));
    const routes = await this.routesOf(report.implements);
    return { routes: routes.filter((route) => running.get(route.migration) !== route.revision) };
  }

  /** Sends every wanted route at once and each again whenever it changed, until either side hangs up. */
  async stream(names: readonly string[], request: Request, response: Response): Promise<void> {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    const sent = new Map<string, number>();
    const push = async (): Promise<void> => {
      const routes = await this.routesOf(names);
      const news = routes.filter((route) => sent.get(route.migration) !== route.revision);
      for (const route of news) sent.set(route.migration, route.revision);
      if (news.length > 0) response.write(eventOf({ routes: news }));
    };
    const guarded = (): void => {
      push().catch(() => response.end());
    };
    const unsubscribe = this.feed.subscribe(guarded);
    const ping = setInterval(() => response.write(': ping\n\n'), pingMs);
    this.streams.add(response);
    request.on('close', () => {
      clearInterval(ping);
      unsubscribe();
      this.streams.delete(response);
    });
    response.write(': connected\n\n');
    await push();
  }

  /** Before the server waits for open connections to end, which streams never do by themselves. */
  onModuleDestroy(): void {
    for (const response of this.streams) response.end();
  }

  private async routesOf(names: readonly string[]): Promise<readonly Route[]> {
    const routes = await this.feed.routes();
    return routes.filter((route) => names.includes(route.migration));
  }
}

function eventOf(event: RoutesEvent): string {
  return `event: routes\ndata: ${JSON.stringify(event)}\n\n`;
}
