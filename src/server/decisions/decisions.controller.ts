import { Controller, Get, Param, ParseIntPipe } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import type { DecisionRecord, LoggedTick } from '../../core/rollout/replay.ts';
import { TickLog } from '../../engine/ports/tick-log.ts';
import { For, viewer } from '../auth/access.ts';

/** More ticks than this come in pages. */
const ticksPerPage = 200;

@Controller('api/v1')
export class DecisionsController {
  private readonly log: TickLog;

  constructor(log: TickLog) {
    this.log = log;
  }

  @Get('decisions/:seq')
  @For(viewer('decision'))
  async record(@Param('seq', ParseIntPipe) seq: number): Promise<DecisionRecord> {
    const record = await this.log.record(seq);
    if (record === null) throw new CrossfadeError('notFound', `no decision ${seq}`);
    return record;
  }

  /** What a rollout's ticks took in, `from <= fence < to`. */
  @Get('rollouts/:id/ticks/:from/:to')
  @For(viewer('rollout'))
  async ticks(
    @Param('id') id: string,
    @Param('from', ParseIntPipe) from: number,
    @Param('to', ParseIntPipe) to: number,
  ): Promise<{ ticks: readonly LoggedTick[] }> {
    return { ticks: await this.log.ticks(id, from, to, ticksPerPage) };
  }

  /** The decision from which on every tick is still kept. */
  @Get('rollouts/:id/history')
  @For(viewer('rollout'))
  async history(@Param('id') id: string): Promise<{ since: number | null }> {
    return { since: await this.log.wholeSince(id) };
  }
}
