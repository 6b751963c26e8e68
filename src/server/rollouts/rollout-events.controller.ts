import { Controller, Get, Param, Query } from '@nestjs/common';
import type { RolloutEventPage } from '../../core/protocol/rollout-event.ts';
import { RolloutEvents } from '../../engine/rollout-events.ts';
import { parseEventQuery } from '../../language/event-query.ts';
import { For, viewer } from '../auth/access.ts';

/** What happened to a rollout: decisions, what people asked for, and alerts. */
@Controller('api/v1/rollouts/:name/events')
export class RolloutEventsController {
  private readonly events: RolloutEvents;

  constructor(events: RolloutEvents) {
    this.events = events;
  }

  /** The last ones of a span of time, of one kind or of all; whoever wants those before asks until their first. */
  @Get()
  @For(viewer('rollout'))
  async page(@Param('name') name: string, @Query() query: unknown): Promise<RolloutEventPage> {
    return this.events.page(name, parseEventQuery(query));
  }
}
