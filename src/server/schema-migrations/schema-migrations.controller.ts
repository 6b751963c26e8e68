import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { DirectAnswer } from '../../core/protocol/direct-view.ts';
import type { Drift, DriftView } from '../../core/schema-migration/drift/drift.ts';
import type { EmittedFile } from '../../core/schema-migration/emit/emitted-file.ts';
import type { InfoAnswer } from '../../core/schema-migration/history/info-row.ts';
import { parseAbandon } from '../../language/abandon-request.ts';
import { parseAccept } from '../../language/accept-request.ts';
import { parseDirect } from '../../language/direct-request.ts';
import { parseInfo } from '../../language/info-request.ts';
import { parseEmit } from '../../language/emit-request.ts';
import { admin, For, operator, viewer } from '../auth/access.ts';
import { callerOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { SchemaMigrationsService } from './schema-migrations.service.ts';

@Controller('api/v1')
export class SchemaMigrationsController {
  private readonly migrations: SchemaMigrationsService;

  constructor(migrations: SchemaMigrationsService) {
    this.migrations = migrations;
  }

  @Get('targets/:name/info')
  @For(viewer('target'))
  async info(@Param('name') name: string): Promise<InfoAnswer> {
    return this.migrations.info(name, []);
  }

  /** The same beside another tool's files: what they hold that was not carried out, or has changed since. */
  @Post('targets/:name/info')
  @For(viewer('target'))
  @HttpCode(200)
  async compare(@Param('name') name: string, @Body() body: unknown): Promise<InfoAnswer> {
    return this.migrations.info(name, parseInfo(body));
  }

  /** Whoever waits for the end calls again until each migration is over. */
  @Post('targets/:name/migrate')
  @For(admin('target'))
  @HttpCode(200)
  async migrate(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<DirectAnswer> {
    const direct = parseDirect(body, callerOf(request));
    return this.migrations.migrate(name, direct);
  }

  /** Takes back what was begun directly. Whoever waits for the end calls again. */
  @Post('targets/:name/abandon')
  @For(admin('target'))
  @HttpCode(200)
  async abandon(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<DirectAnswer> {
    return this.migrations.abandon(name, parseAbandon(body, callerOf(request)));
  }

  @Get('targets/:name/drift')
  @For(viewer('target'))
  async drift(@Param('name') name: string): Promise<DriftView> {
    return this.migrations.drift(name);
  }

  @Post('targets/:name/drift')
  @For(operator('target'))
  @HttpCode(200)
  async acceptDrift(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<Drift> {
    const asked = parseAccept(body, callerOf(request));
    return this.migrations.acceptDrift(name, asked);
  }

  @Post('emit')
  @For(operator('everywhere'))
  @HttpCode(200)
  async emit(@Body() body: unknown): Promise<{ files: readonly EmittedFile[] }> {
    return { files: await this.migrations.emit(parseEmit(body)) };
  }
}
